"use client";
export function System() {
  return null;
}

"use client";
export function Live() {
  return null;
}

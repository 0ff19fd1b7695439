"use client";
export function Attendance() {
  return null;
}

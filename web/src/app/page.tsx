"use client";
import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { Loading } from "@/ui/parts";

export default function Home() {
  const router = useRouter();
  useEffect(() => router.replace("/live"), [router]);
  return <Loading />;
}

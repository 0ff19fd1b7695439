import type { Metadata } from "next";
import { texts } from "@/texts";
import { SignIn } from "./sign-in";

export const metadata: Metadata = { title: texts.signIn.title };

export default function Page() {
  return <SignIn />;
}

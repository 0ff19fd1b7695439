export const brand = "Smart Attendance";

export const nav = {
  label: "Pages",
  live: "Live",
  people: "People",
  attendance: "Attendance",
  analytics: "Analytics",
  system: "System",
  access: "Access",
  kiosk: "Kiosk",
  skip: "Skip to content",
};

export const common = {
  loading: "Loading…",
  retry: "Try again",
  cancel: "Cancel",
  close: "Close",
  save: "Save",
  done: "Done",
  more: "Show more",
  loadingMore: "Loading more…",
  search: "Search",
  all: "All",
  asTable: "Show as table",
  none: "none",
  signOut: "Sign out",
  theme: "Colours",
  themes: { system: "Auto", light: "Light", dark: "Dark" },
  connection: {
    connecting: "Connecting…",
    open: "Live updates",
    lost: "No live updates",
  },
  zone: (zone: string) => `Times in ${zone}`,
};

export const errors = {
  unreachable: "The server cannot be reached.",
  unreachableHint:
    "Check that attendd is running and that this machine is online. The page retries automatically.",
  status: (status: number) => `The server answered with status ${status}.`,
  pageFailed: "Something went wrong on this page.",
  notFound: "Page not found.",
  home: "Go to the start page",
};

export const signIn = {
  title: "Sign in",
  lede: "This server requires a key: the API_KEY from its settings. The browser exchanges it for a 12-hour session and does not store it.",
  key: "API key",
  show: "Show the key",
  submit: "Sign in",
  busy: "Signing in…",
  wrong: "That is not this server's key.",
  signOutDue:
    "The server cannot be reached. You are signed out in this browser, and the session is ended as soon as the server is back.",
  tooMany: "Too many attempts. Wait a minute and try again.",
};

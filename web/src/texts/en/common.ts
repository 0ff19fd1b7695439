export const brand = "Smart Attendance";

export const nav = {
  label: "Pages",
  live: "Live",
  people: "People",
  attendance: "Attendance",
  analytics: "Analytics",
  system: "System",
  kiosk: "Kiosk",
  skip: "Skip to the page",
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
  asTable: "As a table",
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
    "Check that attendd runs and that this machine has a network; the page tries again by itself.",
  status: (status: number) => `The server answered with status ${status}.`,
  pageFailed: "This page has failed.",
  notFound: "There is no such page.",
  home: "To the first page",
};

export const signIn = {
  title: "Sign in",
  lede: "This server asks for its key. It is the API_KEY of its settings; the browser exchanges it for a session of 12 hours and does not keep it.",
  key: "API key",
  show: "Show the key",
  submit: "Sign in",
  busy: "Signing in…",
  wrong: "That is not this server's key.",
  tooMany: "Too many attempts. Wait a minute and try again.",
};

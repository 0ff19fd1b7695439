// The English texts: everything that a person reads in the dashboard, one file per page.
import { access, pairing } from "./access";
import { analytics } from "./analytics";
import { attendance } from "./attendance";
import { brand, common, errors, nav, signIn } from "./common";
import { numbers, outcomes } from "./decisions";
import { enrol, importing, problems, unreadable } from "./enrolment";
import { kiosk } from "./kiosk";
import { live } from "./live";
import { people } from "./people";
import { system } from "./system";

export const en = {
  access,
  pairing,
  brand,
  nav,
  common,
  errors,
  signIn,
  outcomes,
  numbers,
  live,
  people,
  enrol,
  problems,
  unreadable,
  importing,
  attendance,
  analytics,
  system,
  kiosk,
};

export type Texts = typeof en;

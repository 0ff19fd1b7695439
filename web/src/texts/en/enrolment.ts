import { plural } from "./numbers";

export const enrol = {
  source: "Source of the faces",
  camera: "This device's camera",
  photographs: "Photographs",
  choose: "Choose photographs",
  drop: "or drop them here",
  privacy: "Pictures never leave this page. Only 512 numbers per face are sent.",
  start: "Start the camera",
  take: "Take a picture",
  stop: "Stop the camera",
  preparing: (done: number, of: number) => `Preparing the face models: ${done} of ${of}`,
  noModels: "This server has no face models for the browser",
  noModelsHint: "Install them on the server with “attend models pull faceplugin” and open this page again.",
  modelsFailed: "The face models could not be started",
  noCamera: "The camera could not be opened",
  cameraDenied: "This browser is not allowed to use the camera. Allow it for this page and try again.",
  cameraMissing: "No camera was found on this device.",
  cameraInsecure:
    "Browsers open cameras only over HTTPS or on localhost. Give the server a certificate (TLS_CERT_FILE).",
  looking: "Looking…",
  noFace: "No face found. Show the whole face, upright and well lit.",
  severalFaces: (count: number) =>
    `${count} faces found. Only the person being enrolled may be in the picture.`,
  notAPicture: "The browser cannot read this file as a picture.",
  good: "Good",
  removeShot: (number: number) => `Remove picture ${number}`,
  shot: (number: number) => `Picture ${number}`,
  licence: (spdx: string) => `Face models: licence ${spdx}`,
};

export const problems = {
  too_small: "Come closer",
  too_dark: "More light on the face",
  too_bright: "Less light on the face",
  blurred: "Hold still, or clean and focus the camera",
  turned_away: "Look into the camera",
  outside_frame: "Move to the middle of the picture",
  eyes_hidden: "Keep both eyes open and visible",
};

export const importing = {
  title: "Import a folder",
  lede: "Each subfolder is one person with their photographs, named CODE_Name (for example 1001_Ada) or just a name. A picture next to the subfolders is one person with one photograph.",
  choose: "Choose a folder",
  ready: (people: number, pictures: number) =>
    `${plural(people, "person", "people")}, ${plural(pictures, "picture", "pictures")}`,
  start: "Start the import",
  running: (done: number, of: number) => `${done} of ${of}`,
  stop: "Stop",
  stopped: "Stopped. Everyone enrolled so far stays enrolled.",
  result: (enrolled: number, refused: number) => `${enrolled} enrolled, ${refused} not`,
  nothing: "There are no pictures in this folder.",
  columns: { person: "Person", result: "Result", pictures: "Pictures" },
  good: "Enrolled",
  refused: "Not enrolled",
  enrolled: (faces: number) => `Enrolled with ${plural(faces, "face", "faces")}`,
  noGood: (reason: string) => `No picture is good enough. ${reason}`,
  used: (good: number, of: number) => `${good} of ${of} used`,
  report: "Save the report",
};

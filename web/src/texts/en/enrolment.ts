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
  shots: (good: number, wanted: number) =>
    good >= wanted
      ? `${plural(good, "good picture", "good pictures")}. That is enough.`
      : `${good} of ${wanted} good pictures. People with ${wanted} are missed less often than people with one.`,
  poses: [
    "First: look straight into the camera.",
    "Next: turn your head a little to one side.",
    "Last: turn your head a little to the other side, or change your expression.",
  ],
  otherPhotographs: "Photographs from different days, with and without glasses, help most.",
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
  landmarks_uncertain: "Show eyes, nose and mouth uncovered, in even light",
};

/** Files that cannot be used, and what to do; those of other kinds in the same words as `attend`. */
export const unreadable = {
  heic: "a HEIC photograph: export it as JPEG (an iPhone takes JPEG with Settings > Camera > Formats > Most Compatible).",
  avif: "an AVIF picture: save it as JPEG or PNG.",
  jpegXl: "a JPEG XL picture: save it as JPEG or PNG.",
  raw: "a camera's raw file: export it as JPEG with the camera's program.",
  pdf: "a PDF document: export the photograph in it as JPEG or PNG.",
  gif: "a GIF picture: save it as JPEG or PNG.",
  photoshop: "a Photoshop file: export it as JPEG or PNG.",
  tiff: "a TIFF or PPM picture: save it as JPEG or PNG, or use “attend register”.",
  other: "not a photograph. JPEG, PNG, WebP and BMP can be read.",
  readable: "the browser cannot read this picture. It may be damaged: save or export it again.",
  deep: "in a folder inside a person's folder. Move it up into the person's folder.",
  unlisted: "the list of people does not name it.",
};

export const importing = {
  title: "Import a folder",
  lede: "Each subfolder is one person with their photographs, named CODE_Name (for example 1001_Ada) or just a name. A picture next to the subfolders is one person with one photograph. A file people.csv with the columns code, name and images says it instead.",
  choose: "Choose a folder",
  ready: (people: number, pictures: number) =>
    `${plural(people, "person", "people")}, ${plural(pictures, "picture", "pictures")}`,
  start: "Start the import",
  running: (done: number, of: number) => `${done} of ${of}`,
  stop: "Stop",
  stopped: "Stopped. Everyone enrolled so far stays enrolled.",
  result: (enrolled: number, refused: number) => `${enrolled} enrolled, ${refused} not`,
  nothing: "There are no pictures in this folder.",
  clash: (code: string, names: string) =>
    `Two people have the code “${code}”: ${names}. Give each folder or picture its own CODE_Name and choose the folder again.`,
  leftOut: (count: number) => `${plural(count, "file is", "files are")} left out`,
  list: {
    used: (name: string) => `The list ${name} says who is who.`,
    guessed: "It is not in UTF-8 and was read as Windows-1252. If names look wrong, save it as “CSV UTF-8”.",
    notUsed: (name: string) => `The list ${name} cannot be used, so the folders' names say who is who:`,
    encoding: "It is neither in UTF-8 nor in Windows-1252. Save it as “CSV UTF-8”.",
    empty: "It is empty. Its first line names the columns: code,name,images.",
    nobody: "It has a first line and names nobody.",
    noColumn: (title: string, found: string) =>
      `Its first line has no column “${title}”. It should be code,name,images, and is: ${found}.`,
    columnTwice: (title: string) => `Its first line has the column “${title}” twice.`,
    tooManyCells: (line: number, cells: number, columns: number) =>
      `Line ${line} has ${cells} cells, and the first line ${columns}. Put cells that contain the separator in quotes.`,
    noCode: (line: number) => `Line ${line} has no code.`,
    noName: (line: number) => `Line ${line} has no name.`,
    codeTwice: (code: string, first: number, second: number) =>
      `The code “${code}” is in lines ${first} and ${second}. Every person needs their own.`,
    strayQuote: (line: number) => `Line ${line} has a quote inside a cell that does not begin with one.`,
    afterQuote: (line: number) => `Line ${line} has text after a closing quote.`,
    openQuote: (line: number) => `Line ${line} opens a quote that is never closed.`,
  },
  columns: { person: "Person", result: "Result", pictures: "Pictures" },
  review: "Review",
  looksLike: (name: string, code: string, similarity: string) =>
    `looks like ${name} (${code}), similarity ${similarity}`,
  reviewAdvice: (count: number) =>
    `${plural(count, "person looks", "people look")} like somebody who is enrolled. If the two are one person, remove one of them. If not, add a second and third photograph of both. The People page lists the closest pairs.`,
  good: "Enrolled",
  refused: "Not enrolled",
  enrolled: (faces: number) => `Enrolled with ${plural(faces, "face", "faces")}`,
  noGood: (reasons: string) => `No picture is good enough. ${reasons}`,
  notUsed: (reasons: string) => `Not used: ${reasons}`,
  reason: (file: string, problems: string) => `${file}: ${problems}`,
  missing: "not in the folder",
  used: (good: number, of: number) => `${good} of ${of} used`,
  report: "Save the report",
};

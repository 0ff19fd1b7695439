// Opens this device's camera, and explains why it does not open.

export type CameraProblem = "denied" | "missing" | "insecure" | "failed";

export class CameraError extends Error {
  constructor(
    readonly problem: CameraProblem,
    message: string,
  ) {
    super(message);
  }
}

export async function openCamera(deviceId?: string): Promise<MediaStream> {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices) throw new CameraError("insecure", "no cameras outside a secure context");
  const video: MediaTrackConstraints = { width: { ideal: 640 }, height: { ideal: 480 } };
  if (deviceId) video.deviceId = { exact: deviceId };
  else video.facingMode = "user";
  try {
    return await devices.getUserMedia({ video, audio: false });
  } catch (failure) {
    const { name, message } = failure as DOMException;
    if (name === "NotAllowedError" || name === "SecurityError") throw new CameraError("denied", message);
    if (name === "NotFoundError" || name === "OverconstrainedError")
      throw new CameraError("missing", message);
    throw new CameraError("failed", message);
  }
}

export function closeCamera(stream: MediaStream | undefined): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

export async function listCameras(): Promise<MediaDeviceInfo[]> {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices) return [];
  return (await devices.enumerateDevices()).filter(
    ({ kind, deviceId }) => kind === "videoinput" && deviceId !== "",
  );
}

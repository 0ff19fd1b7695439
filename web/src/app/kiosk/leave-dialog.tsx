"use client";
import { useMutation } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { useState } from "react";
import { api, unwrap } from "@/api/client";
import { texts } from "@/texts";
import { Failure, Field, Modal } from "@/ui/parts";

/** Asks for the PIN that was set when the tablet was paired. */
export function LeaveDialog({ onClose, onLeave }: { onClose: () => void; onLeave: () => void }) {
  const [pin, setPin] = useState("");
  const leaving = useMutation({
    mutationFn: () => unwrap(api.POST("/api/v1/session/pin", { body: { pin } })),
    onSuccess: onLeave,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    leaving.mutate();
  };
  const words = texts.pairing;
  return (
    <Modal open onClose={onClose} title={words.leaveTitle} lede={words.leaveLede}>
      <form className="form" onSubmit={submit}>
        <Field label={words.pin}>
          {(ids) => (
            <input
              {...ids}
              className="input"
              type="password"
              inputMode="numeric"
              autoComplete="off"
              required
              value={pin}
              onChange={(event) => setPin(event.target.value)}
            />
          )}
        </Field>
        {leaving.error && <Failure error={leaving.error} />}
        <footer>
          <button type="button" className="button" onClick={onClose}>
            {texts.common.cancel}
          </button>
          <button type="submit" className="button primary" disabled={leaving.isPending || pin === ""}>
            {words.leave}
          </button>
        </footer>
      </form>
    </Modal>
  );
}

package io.lockstep.agent.lane;

import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LockResult;
import io.lockstep.core.volume.VgReading;
import io.lockstep.core.volume.Volume;
import io.lockstep.core.volume.VolumeReading;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a request is told after a pass: computed from what is read back, and from what its commands said.
 *
 * <p>Guarantee: {@code Granted} only for a volume that is seen held in a mode with which the request is content, and active, and of
 * which no command may still be carried out.
 *
 * @param reading what is held after the pass
 * @param results what the pass's commands said of the volumes that they were about
 */
record Answers(VgReading reading, Map<Volume, LockResult> results) {

    /** @param content for each volume the mode with which the request is content */
    Map<Volume, LockResult> to(Map<Volume, LockMode> content) {
        Map<Volume, LockResult> answers = new TreeMap<>();
        content.forEach((volume, mode) -> answers.put(volume, answer(volume, mode)));
        return answers;
    }

    private LockResult answer(Volume volume, LockMode content) {
        LockResult refusal = results.get(volume);
        Optional<LockMode> held = reading.mode(volume);
        if (held.isEmpty()) {
            return refusal != null && !refusal.granted()
                    ? refusal
                    : new LockResult.LockspaceDown(reading.lockspace().reason());
        }
        if (refusal != null && content != LockMode.UNLOCKED && refusal.mayStillCome()) {
            return refusal;
        }
        boolean active = content == LockMode.UNLOCKED
                || reading.of(volume).map(VolumeReading::active).orElse(false);
        if (refusal != null && !refusal.granted() && held.get() != content) {
            return refusal;
        }
        if (active
                && (content == LockMode.UNLOCKED
                        ? held.get() == content
                        : held.get().satisfies(content))) {
            return new LockResult.Granted(held.get());
        }
        return new LockResult.Unknown("held " + held.get() + " where " + content + " is needed");
    }
}

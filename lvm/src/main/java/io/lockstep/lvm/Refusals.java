package io.lockstep.lvm;

import io.lockstep.core.volume.LockResult;
import io.lockstep.core.volume.VolumeName;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code lvchange} has refused, from its stderr. The exit status of every refusal is 5, so the words are all there is; they are
 * those of {@code LC_ALL=C}. They only ever explain: whether anything is locked is read back elsewhere.
 *
 * @param volumes by {@code VG/LV}
 * @param group what stood in the way of the whole command
 * @param words all of stderr in one line
 */
record Refusals(Map<String, LockResult> volumes, Optional<LockResult> group, String words) {

    /** LVM says no more than this when the lockspace is not started, and when it is being removed. */
    static final LockResult NO_VG_LOCK = new LockResult.LockspaceDown("lockspace not started (vgchange --lock-start)");

    Refusals {
        volumes = Map.copyOf(volumes);
    }

    /** Why this volume was refused; empty when nothing was said of it. */
    Optional<LockResult> of(VolumeName volume) {
        return Optional.ofNullable(volumes.get(volume.toString())).or(() -> group);
    }

    /** Whether anything was said of this very volume. */
    boolean names(VolumeName volume) {
        return volumes.containsKey(volume.toString());
    }

    static Refusals parse(String err) {
        List<String> lines =
                err.lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
        RefusalParser parser = new RefusalParser();
        lines.forEach(parser::line);
        return new Refusals(parser.volumes(), parser.group(), String.join("; ", lines));
    }
}

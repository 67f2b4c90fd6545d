package io.lockstep.core.volume;

import java.util.Optional;

/**
 * What became of one volume in one request to the lock manager, read back after the command and never taken from its exit
 * status alone: exit status 0 proves neither a lock (activation-skip volumes) nor a release (lvmlockd dead).
 */
public sealed interface LockResult {

    /** For a person: what happened, without the volume's name. */
    String reason();

    default boolean granted() {
        return this instanceof Granted;
    }

    /** Whether the request may still be carried out, so that what is read now says nothing of how it ends. */
    default boolean mayStillCome() {
        return switch (this) {
            case Stuck _, Unknown _ -> true;
            case Granted _, HeldElsewhere _, InUse _, NotShareable _, NotActivated _, LockspaceDown _, NoSuchVolume _ ->
                false;
        };
    }

    /** The lock is now in the mode asked for (UNLOCKED: it is released). */
    record Granted(LockMode mode) implements LockResult {
        @Override
        public String reason() {
            return mode == LockMode.UNLOCKED ? "released" : "granted " + mode;
        }
    }

    /** Another host holds a mode that does not go with the one asked for. The holder is known only to newer LVM. */
    record HeldElsewhere(Optional<HostId> holder) implements LockResult {
        @Override
        public String reason() {
            return "locked by another host" + holder.map(h -> " (" + h + ")").orElse("");
        }
    }

    /** A process has the device open: a release was refused, and the lock is kept; or somebody unknown uses what a domain wants for itself. */
    record InUse(String opener) implements LockResult {
        @Override
        public String reason() {
            return "in use" + (opener.isEmpty() ? "" : " by " + opener);
        }
    }

    /** LVM cannot share volumes of this type: thin, cache, raid, mirror, snapshot, or the origin of a snapshot. */
    record NotShareable(String type) implements LockResult {
        @Override
        public String reason() {
            return "a volume of type " + type + " cannot be shared";
        }
    }

    /** The command said yes, but nothing is locked, as with a volume that has the activation-skip flag. */
    record NotActivated() implements LockResult {
        @Override
        public String reason() {
            return "LVM skipped its activation (lvchange --setactivationskip n VG/LV ends that)";
        }
    }

    /** The volume group's lockspace is not started, not live, or lost its storage. */
    record LockspaceDown(String detail) implements LockResult {
        @Override
        public String reason() {
            return detail;
        }
    }

    /** No volume has this name, or another volume has it now. */
    record NoSuchVolume() implements LockResult {
        @Override
        public String reason() {
            return "no such logical volume";
        }
    }

    /** A command to the lock manager does not end; nothing was asked for this volume. */
    record Stuck(String command) implements LockResult {
        @Override
        public String reason() {
            return "the lock manager does not answer (\"" + command + "\" does not end)";
        }
    }

    /** The lock manager's answer could not be read; the lock may be held or not. */
    record Unknown(String detail) implements LockResult {
        @Override
        public String reason() {
            return detail;
        }
    }
}

package io.lockstep.lvm;

import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LockResult;
import io.lockstep.core.volume.LockspaceState;
import io.lockstep.core.volume.LvUuid;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.Volume;
import io.lockstep.lvm.command.Answer;
import io.lockstep.lvm.command.CommandResult;
import io.lockstep.lvm.command.CommandRunner;
import io.lockstep.lvm.command.Limits;
import io.lockstep.lvm.devicemapper.DmTable;
import io.lockstep.lvm.devicemapper.Openers;
import io.lockstep.lvm.devicemapper.Sysfs;
import io.lockstep.lvm.lvmlockd.LockdDump;
import io.lockstep.lvm.lvmlockd.LockdLockspace;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * Changes locks with one command and reads back what became of each volume.
 *
 * <p>Guarantees: a result is Granted only when lvmlockd shows the mode in a live lockspace and device-mapper shows the device, or
 * shows neither after a release; a command names a volume only while no other volume is active under that name; a volume that was
 * activated by mistake, because it has taken the name meanwhile, is released again.
 */
final class Changes {

    private final CommandRunner runner;
    private final Limits limits;
    private final Sysfs sysfs;
    private final Openers openers;
    private final Reader reader;

    Changes(CommandRunner runner, Limits limits, Sysfs sysfs, Openers openers, Reader reader) {
        this.runner = runner;
        this.limits = limits;
        this.sysfs = sysfs;
        this.openers = openers;
        this.reader = reader;
    }

    Map<Volume, LockResult> change(VgName vg, SortedSet<Volume> volumes, LockMode mode) {
        Map<Volume, LockResult> results = new TreeMap<>();
        DmTable before;
        try {
            before = sysfs.table();
        } catch (IOException e) {
            volumes.forEach(v -> results.put(
                    v,
                    new LockResult.Unknown("nothing was done: the active devices cannot be read: " + e.getMessage())));
            return results;
        }
        List<Volume> asked = volumes.stream()
                .filter(v -> v.vg().equals(vg) && named(v, before))
                .toList();
        volumes.forEach(v -> results.put(v, new LockResult.NoSuchVolume()));
        if (!asked.isEmpty()) {
            results.putAll(run(vg, asked, mode));
        }
        return results;
    }

    /** Whether nothing speaks against the volume still having its name; of an inactive one this is known only afterwards. */
    private static boolean named(Volume volume, DmTable devices) {
        return devices.named(volume.name())
                        .filter(u -> !u.equals(volume.uuid()))
                        .isEmpty()
                && devices.of(volume.uuid())
                        .flatMap(d -> d.volumeName())
                        .filter(n -> !n.equals(volume.name()))
                        .isEmpty();
    }

    private Map<Volume, LockResult> run(VgName vg, List<Volume> asked, LockMode mode) {
        return switch (runner.run(Lvchange.command(vg, asked, mode, limits))) {
            case CommandResult.NotStarted none -> all(asked, new LockResult.Unknown(none.reason()));
            // What it was to do may still happen: nothing that could be read back now would last.
            case CommandResult.Stuck stuck ->
                all(asked, new LockResult.Stuck(stuck.command().toString()));
            case CommandResult.Stopped stopped -> readBack(vg, asked, mode, Said.of(stopped));
            case CommandResult.Ended ended -> readBack(vg, asked, mode, Said.of(ended));
        };
    }

    /** What the command has said, and what is to be thought of a volume about which it has said nothing. */
    private record Said(boolean complete, Refusals refusals, Optional<LockResult> otherwise) {

        static Said of(CommandResult.Ended ended) {
            Refusals refusals = Refusals.parse(ended.err());
            return new Said(
                    true,
                    refusals,
                    ended.exitStatus() == 0 ? Optional.empty() : Optional.of(new LockResult.Unknown(ended.reason())));
        }

        /** A command that got nowhere did not get an answer; one that was merely slow did not get to the last volumes. */
        static Said of(CommandResult.Stopped stopped) {
            Refusals refusals = Refusals.parse(stopped.err());
            return new Said(
                    false,
                    refusals,
                    Optional.of(
                            refusals.volumes().isEmpty()
                                    ? new LockResult.Stuck(stopped.command().toString())
                                    : new LockResult.Unknown(stopped.reason())));
        }

        Optional<LockResult> of(Volume volume) {
            return refusals.of(volume.name());
        }
    }

    private Map<Volume, LockResult> readBack(VgName vg, List<Volume> asked, LockMode mode, Said said) {
        Answer<LockdDump> lockd = reader.lockd();
        if (!(lockd instanceof Answer.Given<LockdDump>(LockdDump dump))) {
            return unread(asked, mode, said, Reader.silent(lockd));
        }
        LockspaceState state = Lockspaces.state(vg, dump, reader.sanlock(vg, lockd));
        DmTable after;
        try {
            after = sysfs.table();
        } catch (IOException e) {
            return unread(asked, mode, said, "the active devices cannot be read: " + e.getMessage());
        }
        Map<Volume, LockResult> results = new TreeMap<>();
        Set<Volume> mistaken = new HashSet<>();
        for (Volume volume : asked) {
            Optional<LvUuid> other = after.named(volume.name()).filter(u -> !u.equals(volume.uuid()));
            if (other.isPresent()) {
                mistaken.add(volume);
            } else {
                results.put(volume, result(volume, mode, said, dump.of(vg.value()), state, after));
            }
        }
        if (!mistaken.isEmpty()) {
            results.putAll(undo(vg, mistaken, mode));
        }
        return results;
    }

    /** Before the command no other volume was active under these names, so it was the command that activated them. */
    private Map<Volume, LockResult> undo(VgName vg, Set<Volume> mistaken, LockMode mode) {
        if (mode == LockMode.UNLOCKED) {
            return all(mistaken, new LockResult.NoSuchVolume());
        }
        CommandResult undone = runner.run(Lvchange.command(vg, mistaken, LockMode.UNLOCKED, limits));
        return all(
                mistaken,
                undone instanceof CommandResult.Ended ended && ended.exitStatus() == 0
                        ? new LockResult.NoSuchVolume()
                        : new LockResult.Unknown(
                                "another volume has this name now, was locked instead, and could not be"
                                        + " released again: " + undone.reason()));
    }

    private LockResult result(
            Volume volume,
            LockMode mode,
            Said said,
            Optional<LockdLockspace> lockspace,
            LockspaceState state,
            DmTable devices) {
        boolean active = devices.active(volume.uuid());
        LockMode is = reader.lock(volume, lockspace, active);
        boolean asAsked = is == mode && active == (mode != LockMode.UNLOCKED);
        Optional<LockResult> refusal = said.of(volume);
        if (asAsked && state instanceof LockspaceState.Live) {
            // Nothing to release is as good as released, except when there is no such volume.
            return refusal.filter(LockResult.NoSuchVolume.class::isInstance).orElse(new LockResult.Granted(mode));
        }
        if (refusal.isPresent()) {
            return explained(refusal.get(), mode, volume, state, devices);
        }
        return switch (state) {
            case LockspaceState.NotStarted none -> new LockResult.LockspaceDown(none.reason());
            case LockspaceState.Lost lost -> new LockResult.LockspaceDown(lost.reason());
            case LockspaceState.Unknown unknown -> new LockResult.Unknown(unknown.reason());
            case LockspaceState.Live ignored -> said.otherwise().orElseGet(() -> disbelieved(mode, is, active));
        };
    }

    private LockResult explained(
            LockResult refusal, LockMode mode, Volume volume, LockspaceState state, DmTable devices) {
        if (refusal instanceof LockResult.InUse) {
            return devices.of(volume.uuid())
                    .map(openers::of)
                    .filter(o -> !o.isEmpty())
                    .<LockResult>map(LockResult.InUse::new)
                    .orElse(refusal);
        }
        if (refusal.equals(Refusals.NO_VG_LOCK) && !(state instanceof LockspaceState.Live)) {
            return new LockResult.LockspaceDown(state.reason());
        }
        if (refusal.equals(new LockResult.NotShareable("snapshot")) && mode != LockMode.SHARED) {
            return new LockResult.Unknown("lvchange asked a question: its origin would change too");
        }
        return refusal;
    }

    /** The command said yes. */
    private static LockResult disbelieved(LockMode mode, LockMode is, boolean active) {
        if (mode == LockMode.UNLOCKED) {
            return new LockResult.Unknown(
                    is == LockMode.UNLOCKED
                            ? "lvchange said yes, but the volume is still active"
                            : "lvchange said yes, but the lock is still " + is);
        }
        if (is == LockMode.UNLOCKED && !active) {
            return new LockResult.NotActivated();
        }
        return new LockResult.Unknown(
                is == mode
                        ? "the lock was taken, but the volume could not be activated"
                        : "lvchange said yes, but the lock is " + is);
    }

    /** A release does not fail because of the group: it is done without a lock, and may leave the lease behind. */
    private static Map<Volume, LockResult> unread(List<Volume> asked, LockMode mode, Said said, String reason) {
        Map<Volume, LockResult> results = new TreeMap<>();
        for (Volume volume : asked) {
            results.put(
                    volume,
                    said.of(volume)
                            .filter(r ->
                                    mode != LockMode.UNLOCKED || said.refusals().names(volume.name()))
                            .or(() -> said.complete() ? Optional.empty() : said.otherwise())
                            .orElse(new LockResult.Unknown("what became of it cannot be read back: " + reason)));
        }
        return results;
    }

    private static Map<Volume, LockResult> all(Collection<Volume> volumes, LockResult result) {
        Map<Volume, LockResult> results = new TreeMap<>();
        volumes.forEach(v -> results.put(v, result));
        return results;
    }
}

package io.lockstep.lvm;

import io.lockstep.core.volume.Generation;
import io.lockstep.core.volume.HostId;
import io.lockstep.core.volume.LockspaceState;
import io.lockstep.core.volume.LvUuid;
import io.lockstep.core.volume.VgName;
import io.lockstep.lvm.command.Answer;
import io.lockstep.lvm.lvmlockd.LockdDump;
import io.lockstep.lvm.lvmlockd.LockdLockspace;
import io.lockstep.lvm.sanlock.SanlockResource;
import io.lockstep.lvm.sanlock.SanlockSpace;
import io.lockstep.lvm.sanlock.SanlockStatus;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Whether a lockspace is live.
 *
 * <p>lvmlockd alone proves nothing: it goes on saying {@code ex} when sanlock has died. sanlock's own LIVE proves nothing either:
 * it stood for 120 s after the storage had gone. Only renewals do.
 */
final class Lockspaces {

    private Lockspaces() {}

    static String name(VgName vg) {
        return "lvm_" + vg;
    }

    static LockspaceState state(VgName vg, LockdDump lockd, Answer<SanlockStatus> sanlock) {
        Optional<LockdLockspace> found = lockd.of(vg.value());
        if (found.isEmpty()) {
            return forgotten(vg, sanlock);
        }
        LockdLockspace lockspace = found.get();
        if (lockspace.removed()) {
            return new LockspaceState.Lost("the lockspace is being removed (REM:)" + orphans(vg, sanlock));
        }
        if (lockspace.killed()) {
            return new LockspaceState.Lost(
                    "storage failed for sanlock leases (kill_vg=1): " + again(vg, "lvmlockctl --drop"));
        }
        if (lockspace.dropped()) {
            return new LockspaceState.Lost(
                    "the locks of the volume group were dropped (drop_vg=1): vgchange --lock-start " + vg);
        }
        if (lockspace.startFailed()) {
            return new LockspaceState.Lost("the lockspace could not be started: vgchange --lock-start " + vg);
        }
        if (!lockspace.started()) {
            return new LockspaceState.Unknown("lock start in progress");
        }
        if (lockspace.stopping()) {
            return new LockspaceState.Unknown("the lockspace is being stopped");
        }
        return lockspace.sanlock() ? bySanlock(vg, sanlock) : byLvmlockdAlone(lockspace);
    }

    /** lvmlockd knows of no lockspace; sanlock may still hold one for a lvmlockd that died. */
    private static LockspaceState forgotten(VgName vg, Answer<SanlockStatus> sanlock) {
        Optional<SanlockSpace> left = sanlock.given().flatMap(s -> s.space(name(vg)));
        if (left.isEmpty()) {
            return new LockspaceState.NotStarted();
        }
        String orphans = orphans(vg, sanlock);
        return orphans.isEmpty()
                ? new LockspaceState.Unknown(
                        "sanlock has the lockspace, but lvmlockd has not: it is being started or stopped,"
                                + " or lvmlockd was restarted")
                : new LockspaceState.Lost("lvmlockd was restarted and has lost its locks" + orphans);
    }

    private static LockspaceState bySanlock(VgName vg, Answer<SanlockStatus> sanlock) {
        if (!(sanlock instanceof Answer.Given<SanlockStatus>(SanlockStatus status))) {
            return new LockspaceState.Unknown("sanlock does not answer: " + sanlock.trouble());
        }
        Optional<SanlockSpace> space = status.space(name(vg));
        return space.isEmpty() ? unknownToSanlock(vg) : renewed(space.get(), status.monotime());
    }

    /**
     * lvmlockd alone has it, and goes on believing in it for ever: a sanlock that was killed tells nobody; nor does one that lost the
     * storage of a lockspace in which this host held no lock, since there is nobody to kill. A start is then answered with success,
     * and changes nothing.
     */
    private static LockspaceState unknownToSanlock(VgName vg) {
        return new LockspaceState.Lost("sanlock has no lockspace " + name(vg)
                + " although lvmlockd has: sanlock lost its storage, or was started again, and the locks shown here count no more: "
                + again(vg, "vgchange --lock-stop"));
    }

    /** How a person gets a lockspace that is lost started again. */
    private static String again(VgName vg, String end) {
        return "end what uses its volumes, then vgchange -an " + vg + "; " + end + " " + vg + "; vgchange --lock-start "
                + vg;
    }

    /** sanlock's side alone. */
    static LockspaceState renewed(SanlockSpace space, long monotime) {
        if (space.dead() || space.killing()) {
            return new LockspaceState.Lost(
                    "sanlock has given the lockspace up (space_dead): look at the storage of the volume group");
        }
        if (!space.member()) {
            return new LockspaceState.Unknown("sanlock is joining or leaving the lockspace");
        }
        if (space.lastProof() == 0) {
            return new LockspaceState.Unknown("sanlock has only just joined the lockspace");
        }
        long age = monotime - space.lastProof();
        if (age >= space.renewalLimit()) {
            return new LockspaceState.Lost("sanlock has not renewed its lease for " + age + " s (at most "
                    + space.renewalLimit() + " s): look at the storage of the volume group");
        }
        return space.hostId() < 1 || space.hostId() > 2000
                ? new LockspaceState.Unknown("sanlock shows host_id " + space.hostId())
                : new LockspaceState.Live(new HostId(space.hostId()), new Generation(space.generation()));
    }

    /** Whether the host_id was acquired so recently that sanlock may not have looked at the other hosts yet. */
    static boolean justJoined(SanlockSpace space, long monotime) {
        return monotime - space.acquired() < space.renewalLimit();
    }

    /** dlm ends with the cluster membership of its node, so lvmlockd's word is all there is. It names no host and counts no joins. */
    private static LockspaceState byLvmlockdAlone(LockdLockspace lockspace) {
        return new LockspaceState.Live(
                new HostId(Math.clamp(lockspace.hostId(), 1, 2000)),
                new Generation(Math.max(0, lockspace.generation())));
    }

    /** In words, with a comma before; nothing when there are none. */
    static String orphans(VgName vg, Answer<SanlockStatus> sanlock) {
        return orphans(vg, sanlock, u -> Optional.empty());
    }

    static String orphans(VgName vg, Answer<SanlockStatus> sanlock, Function<LvUuid, Optional<String>> names) {
        List<SanlockResource> orphans =
                sanlock.given().map(s -> s.orphans(name(vg))).orElse(List.of());
        return orphans.isEmpty()
                ? ""
                : ", and sanlock keeps orphan leases that refuse every other host: "
                        + orphans.stream()
                                .map(o -> uuid(o.name()).flatMap(names).orElse(o.name()))
                                .sorted()
                                .collect(Collectors.joining(", "));
    }

    private static Optional<LvUuid> uuid(String text) {
        try {
            return Optional.of(new LvUuid(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}

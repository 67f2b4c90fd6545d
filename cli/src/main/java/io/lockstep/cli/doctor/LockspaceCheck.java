package io.lockstep.cli.doctor;

import io.lockstep.lvm.lvmlockd.LockdDump;
import io.lockstep.lvm.lvmlockd.LockdLockspace;
import io.lockstep.lvm.report.VgRow;
import io.lockstep.lvm.sanlock.SanlockSpace;
import io.lockstep.lvm.sanlock.SanlockStatus;
import java.util.Optional;

/** Whether the lockspace of a volume group is started and live, and what brings it there. */
final class LockspaceCheck {

    private LockspaceCheck() {}

    static Check of(VgRow group, Answers<LockdDump> lockd, Answers<SanlockStatus> sanlock) {
        String vg = group.name().value();
        String id = "lockspace." + vg;
        String start = "vgchange --lock-start " + vg;
        return lockd.unless(id, "systemctl status lvmlockd", () -> {
            Optional<LockdLockspace> space = lockd.given().flatMap(d -> d.of(vg));
            if (space.isEmpty() || space.get().removed()) {
                return orphaned(group, sanlock)
                        ? Check.fail(
                                id,
                                "lvmlockd was restarted and has lost its locks, which sanlock still keeps from all other hosts",
                                "shut down its guests, and reboot this host; " + start + " does not help")
                        : Check.fail(id, "it is not started", start);
            }
            if (space.get().startFailed() || !space.get().started()) {
                return Check.fail(id, "it is not started", start);
            }
            if (space.get().stopping()) {
                return Check.fail(id, "it is being stopped", start);
            }
            if (space.get().killed() || space.get().dropped()) {
                return Check.fail(
                        id,
                        "sanlock has lost the storage of its leases",
                        "mend the storage; then stop its guests, lvchange -an their volumes, lvmlockctl --drop " + vg
                                + ", " + start);
            }
            return space.get().sanlock()
                    ? renewed(id, space.get(), sanlock)
                    : Check.ok(id, "it is started (" + space.get().type() + ")");
        });
    }

    /** Whether sanlock keeps leases for a lvmlockd that died: the lockspace cannot be added once more. */
    private static boolean orphaned(VgRow group, Answers<SanlockStatus> sanlock) {
        return sanlock.given()
                .filter(s -> !s.orphans("lvm_" + group.name()).isEmpty())
                .isPresent();
    }

    private static Check renewed(String id, LockdLockspace lockspace, Answers<SanlockStatus> sanlock) {
        return sanlock.unless(id, "systemctl status sanlock", () -> {
            SanlockStatus status = sanlock.given().orElseThrow();
            Optional<SanlockSpace> space = status.space(lockspace.name());
            if (space.isEmpty()) {
                String vg = lockspace.vgName();
                return Check.fail(
                        id,
                        "lvmlockd has it, and sanlock, which lost its storage or was started again, does not: its locks prove"
                                + " nothing",
                        "stop its guests at once; then vgchange -an " + vg + "; vgchange --lock-stop " + vg
                                + "; vgchange --lock-start " + vg);
            }
            boolean member = space.get().member();
            long age = status.monotime() - space.get().lastProof();
            if (space.get().dead()
                    || space.get().killing()
                    || member && age >= space.get().renewalLimit()) {
                return Check.fail(
                        id,
                        "sanlock renewed its lease " + age + " s ago: its locks prove nothing",
                        "mend the storage of the volume group: dmesg, multipath -ll");
            }
            return member
                    ? Check.ok(id, "it is live, renewed " + age + " s ago")
                    : Check.unknown(id, "sanlock is joining or leaving it", "sanlock client status -D");
        });
    }
}

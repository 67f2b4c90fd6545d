package io.lockstep.lab.scenarios;

import io.lockstep.lab.lease.Holding;
import io.lockstep.lab.machine.Machine;
import io.lockstep.lab.machine.Outcome;
import io.lockstep.lab.scenario.Scenario;
import io.lockstep.lab.scenario.Stage;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Disks that a running guest gets, loses or is copied to. libvirt calls no hook for any of it. */
final class Disks {

    static final List<Scenario> ALL = List.of(
            Scenario.of(
                    "hot-plug",
                    "lockstepctl attach-disk and detach-disk: lock, then device; device, then lock; in between it migrates.",
                    Disks::hotPlug),
            Scenario.of(
                    "hot-plug-by-virsh",
                    "virsh attach-disk and detach-disk, behind the agent's back: the disk becomes a claim, and ends one.",
                    Disks::byVirsh),
            Scenario.of(
                    "block-copy",
                    "virsh blockcopy with --pivot: the new volume is EXCLUSIVE, the old one is released.",
                    Disks::blockCopy),
            Scenario.of(
                    "grow",
                    "A running guest's volume is grown; in the middle of a migration LVM refuses that.",
                    Disks::grow));

    private static final String SCSI = "controller:scsi";

    private static final String GROW = "lvextend -L +4m vg0/d1_a";

    private Disks() {}

    private static void hotPlug(Stage stage) {
        Machine h1 = stage.h1();
        Machine h2 = stage.h2();
        stage.define("d1", "d1_a", SCSI);
        stage.does(h1, "virsh start d1");
        stage.exclusive(h1, "d1_a");
        stage.does(h1, "lockstepctl attach-disk d1 vg0/d1_b --target sda --bus scsi");
        stage.heldStill(Holding.exclusive(1), "d1_b");
        stage.does(h1, "virsh domblklist d1 | grep d1_b");
        stage.isRefused(h2, "lvchange -aey vg0/d1_b", "d1_b");

        stage.does(h2, "lvchange -aey vg0/d2_a");
        stage.isRefused(h1, "lockstepctl attach-disk d1 vg0/d2_a --target sdb --bus scsi", "vg0/d2_a", "h2");
        stage.check("the guest has not got it", !h1.ok("virsh domblklist d1").contains("d2_a"));
        stage.heldStill(Holding.exclusive(2), "d2_a");
        stage.does(h2, "lvchange -an vg0/d2_a");

        stage.does(h1, Migrations.live("d1", h2));
        stage.exclusive(h2, "d1_a", "d1_b");
        stage.does(h2, "lockstepctl detach-disk d1 sda");
        stage.free("d1_b");
        stage.heldStill(Holding.exclusive(2), "d1_a");
        stage.does(h2, "virsh destroy d1");
        stage.free("d1_a");
    }

    private static void byVirsh(Stage stage) {
        Machine h1 = stage.h1();
        stage.define("d1", "d1_a", SCSI);
        stage.does(h1, "virsh start d1");
        stage.does(h1, "lvchange -aey vg0/d1_b");
        stage.does(h1, "virsh attach-disk d1 /dev/vg0/d1_b sda --targetbus scsi --live");
        stage.until(
                "d1_b is a claim of d1",
                () -> h1.run("lockstepctl locks vg0/d1_b | grep -w d1").ok());
        stage.heldStill(Holding.exclusive(1), "d1_b");
        stage.does(h1, "virsh detach-disk d1 sda --live");
        stage.free("d1_b");
        stage.heldStill(Holding.exclusive(1), "d1_a");
    }

    private static void blockCopy(Stage stage) {
        Machine h1 = stage.h1();
        stage.define("d1", "d1_a");
        stage.does(h1, "virsh start d1");
        stage.does(h1, "lockstepctl acquire vg0/d1_b --mode exclusive --host h1");
        stage.heldStill(Holding.exclusive(1), "d1_a", "d1_b");
        CompletableFuture<Outcome> copy = stage.begins(
                h1,
                "virsh blockcopy d1 vda --dest /dev/vg0/d1_b --blockdev --format raw --transient-job --wait --pivot");
        stage.succeeds(copy);
        stage.free("d1_a");
        stage.exclusive(h1, "d1_b");
        stage.check("d1 still runs on h1", stage.runs(h1, "d1"));
        stage.does(h1, "virsh destroy d1");
        stage.free("d1_b");
    }

    private static void grow(Stage stage) {
        Migrations.startOnFirst(stage);
        stage.does(stage.h1(), GROW);
        stage.heldStill(Holding.exclusive(1), "d1_a");
        CompletableFuture<Outcome> migration = Migrations.halfWay(stage);
        stage.isRefused(stage.h1(), GROW, "LV is already locked with incompatible mode");
        stage.isRefused(stage.h2(), GROW, "LV is already locked with incompatible mode");
        stage.succeeds(migration);
        stage.exclusive(stage.h2(), "d1_a", "d1_b");
        stage.does(stage.h2(), GROW);
        stage.does(stage.h2(), "virsh blockresize d1 vda 16384");
        stage.heldStill(Holding.exclusive(2), "d1_a");
    }
}

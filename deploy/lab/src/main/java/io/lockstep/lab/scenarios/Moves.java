package io.lockstep.lab.scenarios;

import io.lockstep.lab.lease.Holding;
import io.lockstep.lab.machine.Outcome;
import io.lockstep.lab.scenario.Scenario;
import io.lockstep.lab.scenario.Stage;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Migrations that an agent starts, at a person's word to lockstepctl. */
final class Moves {

    static final List<Scenario> ALL = List.of(
            Scenario.of(
                    "migrate-by-lockstepctl",
                    "lockstepctl migrate: there with its definition, refused with its reason, and cancelled with Ctrl-C.",
                    Moves::migrate),
            Scenario.of(
                    "drain",
                    "lockstepctl drain: a dry run, Ctrl-C half-way, and the same command goes on until the host is empty.",
                    Moves::drain));

    /** About a megabyte a second: long enough for lockstepctl, whose Java takes 15 s to start here. */
    private static final String SLOWLY = " --bandwidth 1";

    private Moves() {}

    private static void migrate(Stage stage) {
        stage.defineOn(stage.h1(), "d1", "d1_a", "d1_b");
        stage.define("so", "snap_o");
        stage.does(stage.h1(), "virsh start d1");
        stage.does(stage.h1(), "virsh start so");
        stage.exclusive(stage.h1(), "d1_a", "d1_b");

        stage.does(stage.h1(), "lockstepctl migrate d1 --to h2");
        stage.exclusive(stage.h2(), "d1_a", "d1_b");
        stage.runsOnlyOn(stage.h2(), "d1");
        stage.check(
                "d1 is not defined on h1", !stage.h1().run("virsh dominfo d1").ok());
        stage.check(
                "the definition on h2 has nothing of Lockstep",
                !stage.h2().run("virsh dumpxml d1 --inactive").out().contains("lockstep"));

        stage.isRefused(stage.h1(), "lockstepctl migrate so --to h2", "refused", "vg0/snap_o", "snapshot");
        stage.isRefused(stage.h1(), "lockstepctl migrate d1 --to h2", "it runs on h2 already");
        stage.heldStill(Holding.exclusive(1), "snap_o");

        CompletableFuture<Outcome> cancelled =
                stage.begins(stage.h1(), "lockstepctl migrate d1 --to h1 --abort-on-interrupt" + SLOWLY);
        stage.held(Holding.shared(1, 2), "d1_a", "d1_b");
        ctrlC(stage, "migrate d1");
        stage.fails(cancelled, "d1: cancelled");
        stage.exclusive(stage.h2(), "d1_a", "d1_b");
        stage.runsOnlyOn(stage.h2(), "d1");
    }

    private static void drain(Stage stage) {
        stage.define("d1", "d1_a", "d1_b");
        stage.define("d2", "d2_a", "d2_b");
        stage.define("so", "snap_o");
        for (String domain : List.of("d1", "d2", "so")) {
            stage.does(stage.h1(), "virsh start " + domain);
        }
        stage.isRefused(stage.h1(), "lockstepctl drain h1 --dry-run", "planned", "refused", "vg0/snap_o");
        stage.isRefused(stage.h1(), "lockstepctl drain h1", "nothing was started");
        stage.does(stage.h1(), "virsh destroy so");
        stage.free("snap_o");

        CompletableFuture<Outcome> interrupted = stage.begins(stage.h1(), "lockstepctl drain h1 --parallel 1" + SLOWLY);
        stage.held(Holding.shared(1, 2), "d1_a", "d1_b");
        ctrlC(stage, "drain h1");
        stage.fails(interrupted, "without lockstepctl goes on");

        stage.does(stage.h1(), "lockstepctl drain h1 --parallel 1");
        for (String domain : List.of("d1", "d2")) {
            stage.exclusive(stage.h2(), domain + "_a", domain + "_b");
            stage.runsOnlyOn(stage.h2(), domain);
        }
        stage.does(stage.h1(), "lockstepctl drain h1");
    }

    private static void ctrlC(Stage stage, String words) {
        stage.does(stage.h1(), "pkill -INT -f '^[^ ]*java .* " + words + "'");
    }
}

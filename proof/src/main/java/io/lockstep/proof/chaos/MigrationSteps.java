package io.lockstep.proof.chaos;

import io.lockstep.proof.chaos.world.Chance;
import io.lockstep.proof.chaos.world.ChaosHost;
import io.lockstep.simulator.libvirt.Migration;
import io.lockstep.simulator.libvirt.MigrationOptions;
import io.lockstep.simulator.libvirt.MigrationPhase;
import io.lockstep.simulator.libvirt.VirshResult;
import java.util.List;
import java.util.function.Consumer;

/** Migrations of all kinds, and whatever ends them. */
final class MigrationSteps {

    /** Something that happens to a migration at one of its phases. */
    private record Mishap(String name, MigrationPhase at, Consumer<Migration> happens) {}

    private final Scene scene;
    private final Chance chance;

    MigrationSteps(Scene scene) {
        this.scene = scene;
        this.chance = scene.chance();
    }

    List<Step> all() {
        return List.of(
                Step.life("migrate live", 14, () -> migrate(false)),
                Step.life("migrate post-copy", 2, () -> migrate(true)),
                Step.life("migrate offline", 1, this::offline));
    }

    private boolean migrate(boolean postCopy) {
        Guest guest = scene.anyGuest();
        List<ChaosHost> sources = scene.hostsOf(guest);
        if (sources.isEmpty() || scene.isUnprotected(guest)) {
            return false;
        }
        ChaosHost source = chance.of(sources);
        ChaosHost target = scene.anyHost();
        if (source == target
                || !source.free()
                || !target.free()
                || !scene.world().network().reach(source.name(), target.name())) {
            return false;
        }
        MigrationOptions options = MigrationOptions.live().copying(chance.millis(400, 8_000));
        StringBuilder how = new StringBuilder();
        if (postCopy) {
            options.postCopy();
            how.append(" --postcopy");
        }
        if (chance.oneIn(6)) {
            options.suspend();
            how.append(" --suspend");
        }
        if (chance.oneIn(3)) {
            options.peerToPeer();
            how.append(" --p2p");
        }
        if (chance.oneIn(8)) {
            options.transientOnTarget();
            how.append(" (transient)");
        }
        if (chance.oneIn(2)) {
            Mishap mishap = chance.of(postCopy ? postCopyMishaps(guest, target) : mishaps(guest, target));
            options.at(mishap.at(), mishap.happens());
            how.append(", ").append(mishap.name());
            scene.journal().count("mishap: " + mishap.name());
        }
        breaksWithTheNetwork(options, source, target, postCopy);
        String words = "migrate " + guest.name() + " from " + source.name() + " to " + target.name() + how;
        scene.journal().tell(words);
        VirshResult result = source.simulated().migrate(guest.name(), target.simulated(), options);
        scene.journal().tell(words + ": " + (result.ok() ? "done" : "failed"));
        scene.journal().count(result.ok() ? "migrations that succeed" : "migrations that fail");
        return true;
    }

    private List<Mishap> mishaps(Guest guest, ChaosHost target) {
        return List.of(
                new Mishap("aborted", MigrationPhase.COPYING, Migration::abort),
                new Mishap("aborted at the end", MigrationPhase.COPIED, Migration::abort),
                new Mishap("its client dies", phase(), Migration::killClient),
                new Mishap("Finish is lost", MigrationPhase.COPIED, Migration::loseFinish),
                new Mishap("Confirm is lost", MigrationPhase.FINISHED, Migration::loseConfirm),
                new Mishap(
                        "the target's qemu dies",
                        MigrationPhase.COPYING,
                        m -> target.simulated().libvirtd().killQemu(guest.name())),
                new Mishap("time passes", phase(), m -> scene.world().timeline().pass(chance.seconds(1, 150))));
    }

    private MigrationPhase phase() {
        return chance.of(List.of(
                MigrationPhase.BEGUN,
                MigrationPhase.ADMITTED,
                MigrationPhase.COPYING,
                MigrationPhase.COPIED,
                MigrationPhase.FINISHED));
    }

    private List<Mishap> postCopyMishaps(Guest guest, ChaosHost target) {
        boolean runs = chance.oneIn(2);
        return List.of(
                new Mishap("aborted", MigrationPhase.COPYING, Migration::abort),
                new Mishap("fails in post-copy", MigrationPhase.POST_COPY, m -> m.failPostCopy(runs)),
                new Mishap("Confirm is lost", MigrationPhase.FINISHED, Migration::loseConfirm),
                new Mishap(
                        "the target's qemu dies",
                        MigrationPhase.COPYING,
                        m -> target.simulated().libvirtd().killQemu(guest.name())));
    }

    /** What is under way between two hosts fails with the network between them. */
    private void breaksWithTheNetwork(MigrationOptions options, ChaosHost source, ChaosHost target, boolean postCopy) {
        options.at(MigrationPhase.COPYING, whenApart(source, target, Migration::abort));
        options.at(MigrationPhase.COPIED, whenApart(source, target, Migration::abort));
        options.at(MigrationPhase.POST_COPY, whenApart(source, target, m -> m.failPostCopy(false)));
        options.at(
                MigrationPhase.FINISHED,
                whenApart(source, target, postCopy ? Migration::loseConfirm : Migration::loseFinish));
    }

    private Consumer<Migration> whenApart(ChaosHost source, ChaosHost target, Consumer<Migration> happens) {
        return migration -> {
            if (!scene.world().network().reach(source.name(), target.name())) {
                happens.accept(migration);
            }
        };
    }

    private boolean offline() {
        Guest guest = scene.anyGuest();
        ChaosHost source = scene.anyHost();
        ChaosHost target = scene.anyHost();
        if (source == target || !source.free() || !target.free()) {
            return false;
        }
        VirshResult result = source.simulated()
                .migrate(
                        guest.name(),
                        target.simulated(),
                        MigrationOptions.live().offline());
        scene.journal()
                .tell("migrate " + guest.name() + " from " + source.name() + " to " + target.name() + " --offline: "
                        + (result.ok() ? "done" : "failed"));
        return true;
    }
}

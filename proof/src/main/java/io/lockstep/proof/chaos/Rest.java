package io.lockstep.proof.chaos;

import io.lockstep.proof.chaos.world.ChaosHost;
import io.lockstep.proof.chaos.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Heals everything, and waits until the cluster is at rest: the locks are what guests need, nothing is open, no alarm stands. */
final class Rest {

    private static final Duration LOOK = Duration.ofSeconds(2);

    /** By now everybody who has to be told has been told. */
    private static final Duration TOLD = Duration.ofSeconds(150);

    /** How often the operator looks. */
    private static final int OPERATOR = 10;

    /** Longer than sanlock takes to give up a host, and a back-off after it. */
    private static final Duration LONGEST = Duration.ofMinutes(15);

    private final Scene scene;
    private final World world;
    private final Operator operator;

    Rest(Scene scene) {
        this.scene = scene;
        this.world = scene.world();
        this.operator = new Operator(scene);
    }

    /** @return what is wrong; empty when the cluster came to rest */
    List<String> come() {
        scene.journal().tell("everything is healed");
        world.calm(true);
        heal();
        Duration began = world.timeline().elapsed();
        for (int looks = 1; ; looks++) {
            world.timeline().pass(LOOK);
            List<String> broken = world.cluster().invariants().singleWriter();
            if (!broken.isEmpty()) {
                return broken;
            }
            Duration waited = world.timeline().elapsed().minus(began);
            boolean told = waited.compareTo(TOLD) > 0;
            if (looks % 3 == 0 && disquiet(true).isEmpty()) {
                scene.forgetTouched();
                world.calm(false);
                return List.of();
            }
            if (told && looks % OPERATOR == 0) {
                List<String> notTold = operator.notTold();
                if (!notTold.isEmpty()) {
                    return notTold;
                }
                operator.acts();
            }
            if (waited.compareTo(LONGEST) > 0) {
                List<String> wrong = disquiet(false);
                wrong.addAll(drifts());
                return wrong;
            }
        }
    }

    private void heal() {
        world.network().heal();
        for (ChaosHost host : world.hosts()) {
            host.simulated().faults().commandsHang(false);
            host.simulated().faults().commandsSlow(Duration.ZERO);
            host.simulated().faults().noneOnce();
            host.simulated().libvirtd().eventsLost(false);
            host.stateDiskFull(false);
            host.boot();
            host.startLockspaces();
            host.startLibvirt();
            host.startAgent();
        }
        world.startController(World.Memory.WHOLE);
    }

    /** What the agents say of it. */
    private List<String> drifts() {
        return world.hosts().stream()
                .flatMap(h -> h.running().stream()
                        .flatMap(a -> a.agent().lanes().all().stream())
                        .flatMap(l -> l.drifts().stream())
                        .map(d -> h.name() + " says: " + d.drift()
                                + d.refusal().map(r -> ", refused: " + r).orElse("")))
                .toList();
    }

    /** @param first whether the first thing found is enough */
    private List<String> disquiet(boolean first) {
        List<String> found = new ArrayList<>();
        world.hosts()
                .forEach(h -> h.running()
                        .ifPresentOrElse(
                                a -> a.agent()
                                        .state()
                                        .handovers()
                                        .values()
                                        .forEach(o ->
                                                found.add("not at rest: " + h.name() + " has a handover open: " + o)),
                                () -> found.add("not at rest: " + h.name() + " has no agent")));
        world.controller()
                .ifPresentOrElse(
                        c -> {
                            c.open().forEach(o -> found.add("not at rest: the controller has open: " + o));
                            c.alarms().forEach(a -> found.add("not at rest: an alarm stands: " + a));
                        },
                        () -> found.add("not at rest: there is no controller"));
        if (!first || found.isEmpty()) {
            found.addAll(world.cluster().invariants().quietMeansExact());
            if (!scene.unprotected().isEmpty()) {
                found.add("I2: guests are still without the locks that they lost: " + scene.unprotected());
            }
        }
        return found;
    }
}

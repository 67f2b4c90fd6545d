package io.lockstep.proof.chaos;

import io.lockstep.proof.chaos.world.Chance;
import io.lockstep.proof.chaos.world.ChaosHost;
import io.lockstep.proof.chaos.world.World;
import java.time.Duration;
import java.util.List;

/** What befalls Lockstep's own programs: kills, lost memory, the network, the clock, a full disk. */
final class ProgramSteps {

    private final Scene scene;
    private final Chance chance;

    ProgramSteps(Scene scene) {
        this.scene = scene;
        this.chance = scene.chance();
    }

    List<Step> all() {
        return List.of(
                Step.fault("agent killed", 3, () -> agentKilled(false)),
                Step.fault("agent killed, its state lost", 1, () -> agentKilled(true)),
                Step.fault("controller killed", 2, this::controllerKilled),
                Step.fault("agent apart from the controller", 2, this::apart),
                Step.fault("hosts apart", 1, this::hostsApart),
                Step.fault("wall clock steps", 1, this::clockSteps),
                Step.fault("state disk full", 1, this::stateDiskFull));
    }

    private boolean agentKilled(boolean stateLost) {
        ChaosHost host = scene.anyHost();
        if (host.running().isEmpty()) {
            return false;
        }
        scene.journal().tell("the agent of " + host.name() + " is killed" + (stateLost ? ", its state lost" : ""));
        host.killAgent();
        if (stateLost) {
            host.loseState();
            scene.touchedEverything(host);
        }
        scene.world().timeline().after(chance.seconds(0, chance.oneIn(3) ? 90 : 5), host::startAgent);
        return true;
    }

    private boolean controllerKilled() {
        World world = scene.world();
        if (world.controller().isEmpty()) {
            return false;
        }
        World.Memory memory =
                chance.of(List.of(World.Memory.WHOLE, World.Memory.WHOLE, World.Memory.OUTDATED, World.Memory.NONE));
        scene.journal().tell("the controller is killed; of its database is left: " + memory);
        world.killController();
        world.timeline().after(chance.seconds(0, chance.oneIn(3) ? 120 : 5), () -> world.startController(memory));
        return true;
    }

    private boolean apart() {
        ChaosHost host = scene.anyHost();
        scene.journal().tell(host.name() + " and the controller are apart");
        scene.world().network().partFromController(host.name());
        scene.world()
                .timeline()
                .after(chance.seconds(1, 90), () -> scene.world().network().joinToController(host.name()));
        return true;
    }

    private boolean hostsApart() {
        ChaosHost one = scene.anyHost();
        ChaosHost other = scene.anyHost();
        if (one == other) {
            return false;
        }
        scene.journal().tell(one.name() + " and " + other.name() + " are apart");
        scene.world().network().part(one.name(), other.name());
        scene.world()
                .timeline()
                .after(chance.seconds(1, 60), () -> scene.world().network().join(one.name(), other.name()));
        return true;
    }

    private boolean clockSteps() {
        Duration by = chance.seconds(1, 120);
        boolean back = chance.oneIn(2);
        scene.journal().tell("the wall clock is set " + (back ? "back" : "forward") + " by " + by);
        scene.world().stepClock(back ? by.negated() : by);
        return true;
    }

    private boolean stateDiskFull() {
        ChaosHost host = scene.anyHost();
        scene.journal().tell("the disk with the agent's state is full on " + host.name());
        host.stateDiskFull(true);
        scene.world().timeline().after(chance.seconds(1, 60), () -> host.stateDiskFull(false));
        return true;
    }
}

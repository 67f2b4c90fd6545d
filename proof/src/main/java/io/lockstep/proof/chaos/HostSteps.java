package io.lockstep.proof.chaos;

import io.lockstep.core.volume.LockMode;
import io.lockstep.proof.chaos.world.Chance;
import io.lockstep.proof.chaos.world.ChaosHost;
import io.lockstep.simulator.storage.LvchangeResult;
import java.time.Duration;
import java.util.List;

/** What befalls hosts: their power, their libvirt, their lock daemons, their LVM, and the people who type at it. */
final class HostSteps {

    private final Scene scene;
    private final Chance chance;

    HostSteps(Scene scene) {
        this.scene = scene;
        this.chance = scene.chance();
    }

    List<Step> all() {
        return List.of(
                Step.fault("power cut", 1, this::powerCut),
                Step.fault("libvirtd restarts", 2, this::libvirtRestarts),
                Step.fault("libvirt's events are lost", 1, this::eventsLost),
                Step.fault("lock daemons restart", 1, this::lockDaemonsRestart),
                Step.fault("LVM hangs", 2, this::commandsHang),
                Step.fault("LVM is slow", 2, this::commandsSlow),
                Step.fault("lvchange by hand", 3, this::byHand),
                Step.fault("a lock is refused once", 2, this::refusedOnce),
                Step.fault("an unlock fails", 1, this::unlockFails),
                Step.fault("an activation fails", 1, this::activationFails));
    }

    private void later(Duration time, Runnable what) {
        scene.world().timeline().after(time, what);
    }

    private boolean powerCut() {
        ChaosHost host = scene.anyHost();
        if (!host.simulated().storage().powered()) {
            return false;
        }
        scene.journal().tell("power cut of " + host.name());
        host.powerCut();
        later(chance.seconds(10, chance.oneIn(2) ? 20 : 300), () -> {
            scene.journal().tell(host.name() + " boots");
            host.boot();
        });
        return true;
    }

    private boolean libvirtRestarts() {
        ChaosHost host = scene.anyHost();
        if (!host.libvirtAnswers()) {
            return false;
        }
        scene.journal().tell("libvirtd of " + host.name() + " dies");
        host.killLibvirt();
        later(chance.seconds(0, chance.oneIn(4) ? 120 : 5), host::startLibvirt);
        return true;
    }

    private boolean eventsLost() {
        ChaosHost host = scene.anyHost();
        scene.journal().tell("events of libvirt on " + host.name() + " are lost");
        host.simulated().libvirtd().eventsLost(true);
        later(chance.seconds(1, 60), () -> host.simulated().libvirtd().eventsLost(false));
        return true;
    }

    /** Only where nothing is under way: whoever does this under a migration loses its guest's locks on both sides. */
    private boolean lockDaemonsRestart() {
        ChaosHost host = scene.anyHost();
        boolean quiet = scene.world().hosts().stream()
                        .allMatch(h -> h.free() && h.simulated().libvirtd().quiet())
                && host.simulated().storage().powered();
        if (quiet) {
            scene.journal().tell("lock daemons of " + host.name() + " restart");
            scene.leavesUnprotected(host);
            scene.touchedEverything(host);
            host.simulated().storage().restartLockDaemons();
            later(chance.seconds(1, 30), host::startLockspaces);
        }
        return quiet;
    }

    private boolean commandsHang() {
        ChaosHost host = scene.anyHost();
        scene.journal().tell("LVM commands of " + host.name() + " hang");
        host.simulated().faults().commandsHang(true);
        later(chance.seconds(1, 60), () -> host.simulated().faults().commandsHang(false));
        return true;
    }

    private boolean commandsSlow() {
        ChaosHost host = scene.anyHost();
        scene.journal().tell("LVM commands of " + host.name() + " are slow");
        host.simulated().faults().commandsSlow(chance.millis(200, 14_000));
        later(chance.seconds(1, 60), () -> host.simulated().faults().commandsSlow(Duration.ZERO));
        return true;
    }

    private boolean byHand() {
        ChaosHost host = scene.anyHost();
        String volume = scene.anyVolume();
        LockMode mode = chance.of(List.of(LockMode.values()));
        if (scene.isUnprotected(volume)) {
            return false;
        }
        scene.touched(host, volume);
        LvchangeResult result = host.simulated().lvchange(mode, volume);
        scene.journal()
                .tell("somebody types lvchange to " + mode + " of " + volume + " on " + host.name() + ": "
                        + result.exit());
        return true;
    }

    private boolean refusedOnce() {
        String volume = scene.anyVolume();
        scene.anyHost().simulated().faults().refusedOnce(scene.world().cluster().known(volume));
        scene.journal().tell("the next lock of " + volume + " is refused");
        return true;
    }

    private boolean unlockFails() {
        String volume = scene.anyVolume();
        scene.anyHost().simulated().faults().unlockFails(scene.world().cluster().known(volume));
        scene.journal().tell("the next unlock of " + volume + " fails");
        return true;
    }

    private boolean activationFails() {
        String volume = scene.anyVolume();
        scene.anyHost()
                .simulated()
                .faults()
                .activationFails(scene.world().cluster().known(volume));
        scene.journal().tell("the next activation of " + volume + " fails");
        return true;
    }
}

package io.lockstep.proof.chaos;

import io.lockstep.controller.alarm.Alarm;
import io.lockstep.controller.alarm.AlarmKind;
import io.lockstep.core.domain.DomainJob;
import io.lockstep.core.domain.DomainReading;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.reconcile.Drift;
import io.lockstep.core.volume.LockMode;
import io.lockstep.proof.chaos.world.AgentProcess;
import io.lockstep.proof.chaos.world.ChaosHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Does what alarms and reports ask of a person, and only that: destroys one of two guests, what a migration left over, and gives back
 * locks that somebody took by hand.
 */
final class Operator {

    private final Scene scene;

    Operator(Scene scene) {
        this.scene = scene;
    }

    /** What stands in front of a person, and should not, because nobody was told of it. */
    List<String> notTold() {
        Set<DomainUuid> twice = alarmed(AlarmKind.DOUBLE_RUN);
        twice.addAll(alarmed(AlarmKind.THIRD_HOST));
        List<String> violations =
                new ArrayList<>(scene.world().cluster().invariants().twiceActiveIsAlarmed(twice));
        for (Guest guest : scene.guests()) {
            leftOver(guest)
                    .filter(h -> !alarmed(AlarmKind.LEFT_OVER).contains(guest.uuid()))
                    .filter(h -> runsElsewhere(guest, h))
                    .ifPresent(h -> violations.add(
                            "I3: " + guest.name() + " was left over on " + h.name() + " and nobody is alarmed"));
        }
        return violations;
    }

    private Set<DomainUuid> alarmed(AlarmKind kind) {
        Set<DomainUuid> domains = new TreeSet<>();
        alarms().stream().filter(a -> a.kind() == kind).forEach(a -> domains.add(a.domain()));
        return domains;
    }

    private List<Alarm> alarms() {
        return scene.world().controller().map(c -> c.alarms()).orElse(List.of());
    }

    private Optional<ChaosHost> leftOver(Guest guest) {
        return where(guest, OwnDomain.PAUSED_MIGRATING).stream().findFirst();
    }

    private List<ChaosHost> where(Guest guest, OwnDomain own) {
        return scene.world().hosts().stream()
                .filter(h -> Scene.reading(h, guest.uuid())
                        .map(Operator::own)
                        .filter(o -> o == own)
                        .isPresent())
                .toList();
    }

    private static OwnDomain own(DomainReading reading) {
        return OwnDomain.of(reading.state(), reading.job());
    }

    private boolean runsElsewhere(Guest guest, ChaosHost here) {
        return where(guest, OwnDomain.ACTIVE).stream().anyMatch(h -> h != here);
    }

    void acts() {
        scene.world().cluster().invariants().activeTwice().forEach(this::destroyOne);
        for (Guest guest : scene.guests()) {
            leftOver(guest).ifPresent(h -> destroy(h, guest, "was left over"));
            afterPostCopy(guest);
        }
        scene.world().hosts().forEach(this::giveBack);
    }

    private void destroyOne(DomainUuid domain, SortedSet<HostName> hosts) {
        ChaosHost loser = scene.world().host(scene.chance().of(List.copyOf(hosts)));
        scene.guests().stream().filter(g -> g.uuid().equals(domain)).forEach(g -> destroy(loser, g, "ran twice"));
    }

    private void destroy(ChaosHost host, Guest guest, String why) {
        Optional<DomainReading> there = Scene.reading(host, guest.uuid());
        if (there.isPresent()) {
            scene.journal().tell("the operator destroys " + guest.name() + " on " + host.name() + ", which " + why);
            scene.journal().count("operator: destroys what " + why);
            host.simulated().virsh().destroy(there.get().name());
        }
    }

    /** A failed post-copy migration is taken up again, from where it still has its job; or both halves are given up. */
    private void afterPostCopy(Guest guest) {
        List<ChaosHost> halves = scene.hostsOf(guest).stream()
                .filter(h -> half(h, guest, d -> true).isPresent())
                .toList();
        Optional<ChaosHost> source = halves.stream()
                .filter(h -> half(h, guest, d -> d.job() == DomainJob.OUTGOING_MIGRATION)
                        .isPresent())
                .findFirst();
        Optional<ChaosHost> target = halves.stream()
                .filter(h -> source.filter(s -> s != h).isPresent())
                .findFirst();
        if (source.isPresent() && target.isPresent() && scene.chance().oneIn(2)) {
            scene.journal().tell("the operator takes up the post-copy migration of " + guest.name());
            source.get()
                    .simulated()
                    .virsh()
                    .resumePostCopy(guest.name(), target.get().simulated().libvirtd());
        } else {
            halves.forEach(h -> destroy(h, guest, "failed in post-copy"));
        }
    }

    private static Optional<DomainReading> half(ChaosHost host, Guest guest, Predicate<DomainReading> which) {
        return Scene.reading(host, guest.uuid())
                .filter(d -> d.state().reason().startsWith("post-copy"))
                .filter(which);
    }

    /** Locks that a person took by hand, when the agent reports them as such. */
    private void giveBack(ChaosHost host) {
        SortedSet<String> foreign = new TreeSet<>();
        host.running()
                .map(AgentProcess::agent)
                .ifPresent(agent -> agent.lanes().all().stream()
                        .flatMap(l -> l.drifts().stream())
                        .map(d -> d.drift())
                        .filter(d -> d.kind() == Drift.Kind.FOREIGN || d.kind() == Drift.Kind.UNPROTECTED)
                        .filter(d -> d.needed() == LockMode.UNLOCKED)
                        .map(d -> d.volume().toString())
                        .filter(v -> scene.wasTouched(host, v))
                        .forEach(foreign::add));
        foreign.forEach(volume -> {
            scene.journal().tell("the operator gives " + volume + " back on " + host.name());
            scene.journal().count("operator: gives back what was taken by hand");
            host.simulated().lvchange(LockMode.UNLOCKED, volume);
        });
    }
}

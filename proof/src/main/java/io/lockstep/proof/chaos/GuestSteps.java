package io.lockstep.proof.chaos;

import io.lockstep.core.domain.DomainReading;
import io.lockstep.core.domain.DomainState;
import io.lockstep.proof.chaos.world.Chance;
import io.lockstep.proof.chaos.world.ChaosHost;
import io.lockstep.simulator.libvirt.Virsh;
import io.lockstep.simulator.libvirt.VirshResult;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** What people do to guests, and what guests do of themselves; migrations apart. */
final class GuestSteps {

    private final Scene scene;
    private final Chance chance;

    GuestSteps(Scene scene) {
        this.scene = scene;
        this.chance = scene.chance();
    }

    List<Step> all() {
        return List.of(
                Step.life("start", 14, this::start),
                Step.life("destroy", 4, () -> onOneThatRuns("destroy", Virsh::destroy)),
                Step.life("shutdown", 4, () -> onOneThatRuns("shutdown", Virsh::shutdown)),
                Step.life("suspend", 2, () -> onOneThatRuns("suspend", Virsh::suspend)),
                Step.life("resume", 4, this::resume),
                Step.life("save", 1, () -> onOneThatRuns("managedsave", Virsh::managedSave)),
                Step.life("guest crashes", 2, this::crash),
                Step.life("rename", 1, this::rename));
    }

    private boolean start() {
        Guest guest = scene.anyGuest();
        Optional<ChaosHost> host = scene.freeHost();
        if (host.isEmpty() || scene.isUnprotected(guest)) {
            return false;
        }
        Virsh virsh = host.get().simulated().virsh();
        if (chance.oneIn(2)) {
            virsh.define(guest.xml());
        }
        return said("start " + guest.name() + " on " + host.get().name(), virsh.start(guest.name()));
    }

    private boolean said(String what, VirshResult result) {
        scene.journal().tell(what + ": " + (result.ok() ? "done" : "refused"));
        scene.journal().count(result.ok() ? "done" : "refused");
        return true;
    }

    private record Running(Guest guest, ChaosHost host) {}

    private Optional<Running> oneThatRuns() {
        Guest guest = scene.anyGuest();
        List<ChaosHost> hosts =
                scene.hostsOf(guest).stream().filter(ChaosHost::free).toList();
        return hosts.isEmpty() ? Optional.empty() : Optional.of(new Running(guest, chance.of(hosts)));
    }

    private boolean onOneThatRuns(String what, BiFunction<Virsh, String, VirshResult> does) {
        Optional<Running> running = oneThatRuns();
        running.ifPresent(r -> said(
                what + " " + r.guest().name() + " on " + r.host().name(),
                does.apply(r.host().simulated().virsh(), r.guest().name())));
        return running.isPresent();
    }

    /** What a person suspended; never what a migration left paused. */
    private boolean resume() {
        Optional<Running> running = oneThatRuns();
        Optional<DomainReading> paused = running.flatMap(
                        r -> Scene.reading(r.host(), r.guest().uuid()))
                .filter(d -> d.state().equals(DomainState.paused("user")));
        if (paused.isEmpty()) {
            return false;
        }
        return running.stream()
                .allMatch(r -> said(
                        "resume " + r.guest().name() + " on " + r.host().name(),
                        r.host().simulated().virsh().resume(r.guest().name())));
    }

    private boolean crash() {
        Optional<Running> running = oneThatRuns();
        running.ifPresent(r -> {
            scene.journal()
                    .tell("the qemu of " + r.guest().name() + " on " + r.host().name() + " crashes");
            r.host().simulated().libvirtd().killQemu(r.guest().name());
        });
        return running.isPresent();
    }

    private boolean rename() {
        Guest guest = scene.anyGuest();
        boolean possible = scene.hostsOf(guest).isEmpty()
                && scene.world().hosts().stream().allMatch(ChaosHost::libvirtAnswers)
                && scene.world().hosts().stream().noneMatch(h -> h.answersHookOf(guest.name()))
                && scene.world().hosts().stream()
                        .allMatch(h -> h.simulated().libvirtd().quiet());
        if (possible) {
            scene.world().hosts().forEach(h -> h.simulated().virsh().undefine(guest.name()));
            guest.rename();
            scene.journal().tell("a guest is renamed to " + guest.name());
        }
        return possible;
    }
}

package io.lockstep.proof.chaos;

import io.lockstep.core.domain.DomainReading;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HostName;
import io.lockstep.core.volume.LockMode;
import io.lockstep.proof.chaos.world.Chance;
import io.lockstep.proof.chaos.world.ChaosHost;
import io.lockstep.proof.chaos.world.Mutation;
import io.lockstep.proof.chaos.world.World;
import io.lockstep.simulator.Cluster;
import io.lockstep.simulator.libvirt.Libvirtd;
import io.lockstep.simulator.storage.LogicalVolume;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The cluster of a run, the guests on it, and what people have done to it that Lockstep cannot be blamed for.
 */
final class Scene {

    /** A volume on a host. */
    private record Place(HostName host, String volume) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int byHost = host.compareTo(other.host);
            return byHost != 0 ? byHost : volume.compareTo(other.volume);
        }
    }

    private final World world;
    private final Journal journal;
    private final List<Guest> guests = List.of(
            new Guest("web", List.of("vg0/web-root", "vg0/web-data"), List.of()),
            new Guest("db", List.of("vg1/db"), List.of()),
            new Guest("mail", List.of("vg0/mail", "vg1/mail"), List.of()),
            new Guest("build", List.of("vg0/build"), List.of()),
            new Guest("rival", List.of("vg0/build"), List.of()),
            new Guest("left", List.of("vg0/left"), List.of("vg1/quorum")),
            new Guest("right", List.of("vg1/right"), List.of("vg1/quorum")));
    private final List<String> volumes = List.of(
            "vg0/web-root",
            "vg0/web-data",
            "vg1/db",
            "vg0/mail",
            "vg1/mail",
            "vg0/build",
            "vg0/left",
            "vg1/right",
            "vg1/quorum",
            "vg0/scratch");
    private final Set<Place> touched = new TreeSet<>();
    private final Set<DomainUuid> unprotected = new TreeSet<>();

    Scene(Chance chance, Mutation mutation) {
        world = new World(chance, mutation, this::tell);
        journal = new Journal(world.timeline());
        Cluster cluster = world.cluster();
        cluster.volumeGroup("vg0").volumeGroup("vg1").volumes(volumes.toArray(String[]::new));
        world.start();
    }

    private void tell(String what) {
        journal.count("agent crashes between two steps");
        journal.tell(what);
    }

    World world() {
        return world;
    }

    Chance chance() {
        return world.chance();
    }

    Journal journal() {
        return journal;
    }

    Guest anyGuest() {
        return chance().of(guests);
    }

    List<Guest> guests() {
        return guests;
    }

    String anyVolume() {
        return chance().of(volumes);
    }

    ChaosHost anyHost() {
        return chance().of(world.hosts());
    }

    /** A host that is not in the middle of something, if there is one. */
    Optional<ChaosHost> freeHost() {
        List<ChaosHost> free = world.hosts().stream()
                .filter(ChaosHost::free)
                .filter(ChaosHost::libvirtAnswers)
                .toList();
        return free.isEmpty() ? Optional.empty() : Optional.of(chance().of(free));
    }

    /** The hosts on which a guest has a process. */
    List<ChaosHost> hostsOf(Guest guest) {
        return world.hosts().stream()
                .filter(h -> reading(h, guest.uuid()).isPresent())
                .toList();
    }

    static Optional<DomainReading> reading(ChaosHost host, DomainUuid domain) {
        return host.simulated().libvirtd().qemuProcesses().stream()
                .filter(d -> d.uuid().equals(domain))
                .findFirst();
    }

    // What people did

    /** Somebody typed a command for this volume there: what is held then may be his own. */
    void touched(ChaosHost host, String volume) {
        touched.add(new Place(host.name(), volume));
    }

    /** Nobody there knows any more which locks Lockstep took. */
    void touchedEverything(ChaosHost host) {
        volumes.forEach(v -> touched(host, v));
    }

    boolean wasTouched(ChaosHost host, String volume) {
        return touched.contains(new Place(host.name(), volume));
    }

    void forgetTouched() {
        touched.clear();
    }

    /** The lock daemons of a host are restarted under its guests, which run on without locks until they have them again. */
    void leavesUnprotected(ChaosHost host) {
        host.simulated().libvirtd().qemuProcesses().forEach(d -> unprotected.add(d.uuid()));
    }

    /** Domains that somebody has left without locks, and that do not have them again yet. */
    Set<DomainUuid> unprotected() {
        unprotected.removeIf(this::protectedAgain);
        return unprotected;
    }

    /** Whether one that is started now could take a volume from under a guest that has no lock at the moment, itself included. */
    boolean isUnprotected(Guest guest) {
        return volumes.stream().filter(guest::uses).anyMatch(this::isUnprotected);
    }

    /** Whether somebody who typed a command for it could take it from under a guest that has no lock at the moment. */
    boolean isUnprotected(String volume) {
        Set<DomainUuid> without = unprotected();
        return !without.isEmpty()
                && guests.stream().filter(g -> g.uses(volume)).anyMatch(g -> without.contains(g.uuid()));
    }

    private boolean protectedAgain(DomainUuid domain) {
        List<LogicalVolume> all = world.cluster().disk().volumes();
        for (ChaosHost host : world.hosts()) {
            List<Libvirtd.OpenVolume> open =
                    new ArrayList<>(host.simulated().libvirtd().open(domain));
            boolean held = open.stream()
                    .allMatch(o -> all.stream()
                            .filter(v -> v.uuid().equals(o.volume().uuid()))
                            .allMatch(v -> held(host, v)));
            if (!held) {
                return false;
            }
        }
        return true;
    }

    /** The lease of the former life protects until the next one begins: only what lvmlockd knows of is there to stay. */
    private static boolean held(ChaosHost host, LogicalVolume volume) {
        return host.simulated().storage().believed(volume).satisfies(LockMode.SHARED)
                && host.simulated().storage().protection(volume).satisfies(LockMode.SHARED);
    }
}

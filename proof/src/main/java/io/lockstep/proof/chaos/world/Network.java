package io.lockstep.proof.chaos.world;

import io.lockstep.core.domain.HostName;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;

/** Who reaches whom, and what becomes of messages on the way. */
public final class Network {

    private static final int LOST = 40;
    private static final int LATE = 40;
    private static final int TWICE = 60;

    private final Chance chance;
    private final Set<HostName> apart = new TreeSet<>();
    private final Set<Set<HostName>> cut = new java.util.HashSet<>();
    private boolean calm;

    Network(Chance chance) {
        this.chance = chance;
    }

    /** While calm every message arrives once and soon. */
    void calm(boolean calm) {
        this.calm = calm;
    }

    public void partFromController(HostName host) {
        apart.add(host);
    }

    public void joinToController(HostName host) {
        apart.remove(host);
    }

    public boolean controllerReaches(HostName host) {
        return !apart.contains(host);
    }

    public void part(HostName one, HostName other) {
        cut.add(Set.of(one, other));
    }

    public void join(HostName one, HostName other) {
        cut.remove(Set.of(one, other));
    }

    /** Whether libvirt on one host reaches libvirt on another one. */
    public boolean reach(HostName one, HostName other) {
        return !cut.contains(Set.of(one, other));
    }

    /** Everybody reaches everybody. */
    public void heal() {
        apart.clear();
        cut.clear();
    }

    boolean loses() {
        return !calm && chance.oneIn(LOST);
    }

    boolean repeats() {
        return !calm && chance.oneIn(TWICE);
    }

    /** How long a message takes: mostly nothing worth speaking of, now and then long enough to be overtaken. */
    Duration delay() {
        return !calm && chance.oneIn(LATE) ? chance.millis(100, 20_000) : chance.millis(1, 4);
    }

    /** How late a repeated message comes. */
    Duration muchLater() {
        return chance.seconds(1, 180);
    }
}

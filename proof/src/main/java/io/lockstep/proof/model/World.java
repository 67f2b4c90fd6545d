package io.lockstep.proof.model;

import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.volume.LockMode;
import org.jspecify.annotations.Nullable;

/** One state of the model: small numbers, by name. Changed only by the step that makes it. */
@SuppressWarnings("EnumOrdinal") // the numbers never leave the process
final class World {

    private static final LockMode[] MODES = LockMode.values();
    private static final OwnDomain[] SIGHTS = OwnDomain.values();

    final Shape shape;
    final byte[] cells;

    /** What the step that led here did wrong, if anything. It is no part of the state. */
    private @Nullable String broken;

    World(Shape shape) {
        this(shape, new byte[shape.size]);
    }

    World(Shape shape, byte[] cells) {
        this.shape = shape;
        this.cells = cells;
    }

    World copy() {
        return new World(shape, cells.clone());
    }

    @Nullable
    String broken() {
        return broken;
    }

    void broken(String what) {
        broken = what;
    }

    // How often each stimulus may still come.

    int left(Stimulus stimulus) {
        return cells[stimulus.ordinal()];
    }

    void set(Stimulus stimulus, int left) {
        cells[stimulus.ordinal()] = (byte) left;
    }

    void spend(Stimulus stimulus) {
        cells[stimulus.ordinal()]--;
    }

    // The controller's round of looks.

    int round() {
        return cells[Shape.ROUND];
    }

    int lookedFirst() {
        return cells[Shape.ROUND + 1];
    }

    int lookedSecond() {
        return cells[Shape.ROUND + 2];
    }

    /** Whether the guest ran twice at any moment of the round. */
    boolean ranTwice() {
        return cells[Shape.ROUND + 3] != 0;
    }

    void round(int looks, int first, int second, boolean ranTwice) {
        cells[Shape.ROUND] = (byte) looks;
        cells[Shape.ROUND + 1] = (byte) (looks == 0 ? 0 : first);
        cells[Shape.ROUND + 2] = (byte) (looks == 0 ? 0 : second);
        cells[Shape.ROUND + 3] = (byte) (looks != 0 && ranTwice ? 1 : 0);
    }

    // libvirt's migration of a domain.

    Phase phase(int domain) {
        return Phase.at(cells[shape.domain(domain)]);
    }

    int source(int domain) {
        return cells[shape.domain(domain) + 1];
    }

    int target(int domain) {
        return cells[shape.domain(domain) + 2];
    }

    /** The handover whose token the domain's XML carries, counted from 1; 0 without one. */
    int token(int domain) {
        return cells[shape.domain(domain) + 3];
    }

    void token(int domain, int handover) {
        cells[shape.domain(domain) + 3] = (byte) handover;
    }

    /** Whether libvirt itself made the domain run twice. */
    boolean excused(int domain) {
        return cells[shape.domain(domain) + 4] != 0;
    }

    void excused(int domain, boolean is) {
        cells[shape.domain(domain) + 4] = (byte) (is ? 1 : 0);
    }

    void migration(int domain, Phase phase, int source, int target) {
        int at = shape.domain(domain);
        cells[at] = (byte) phase.ordinal();
        cells[at + 1] = (byte) source;
        cells[at + 2] = (byte) target;
    }

    void phase(int domain, Phase phase) {
        cells[shape.domain(domain)] = (byte) phase.ordinal();
    }

    /** It is over: a guest that was going out and has not gone runs on. */
    void noMigration(int domain) {
        if (phase(domain) != Phase.NONE && guest(source(domain), domain) == Guest.OUTGOING) {
            guest(source(domain), domain, Guest.RUNNING);
        }
        migration(domain, Phase.NONE, 0, 0);
        token(domain, 0);
    }

    // Messages: a Share that was sent stays for ever, and may arrive at any time.

    /** 0 never sent, 1 sent, 2 answered. */
    int share(int handover) {
        return cells[shape.handover(handover) + 3];
    }

    int shareDomain(int handover) {
        return cells[shape.handover(handover)];
    }

    int shareSource(int handover) {
        return cells[shape.handover(handover) + 1];
    }

    int shareEpoch(int handover) {
        return cells[shape.handover(handover) + 2];
    }

    void sent(int handover, int domain, int source, int epoch) {
        int at = shape.handover(handover);
        cells[at] = (byte) domain;
        cells[at + 1] = (byte) source;
        cells[at + 2] = (byte) epoch;
        cells[at + 3] = 1;
    }

    void shareEpoch(int handover, int epoch) {
        cells[shape.handover(handover) + 2] = (byte) epoch;
    }

    void answered(int handover) {
        cells[shape.handover(handover) + 3] = 2;
    }

    // A host.

    Power power(int host) {
        return Power.at(cells[shape.host(host)]);
    }

    void power(int host, Power power) {
        cells[shape.host(host)] = (byte) power.ordinal();
    }

    boolean agentUp(int host) {
        return power(host) == Power.UP;
    }

    LockMode lock(int host) {
        return MODES[cells[shape.host(host) + 1]];
    }

    void lock(int host, LockMode mode) {
        cells[shape.host(host) + 1] = (byte) mode.ordinal();
    }

    /** Whether the state file says that Lockstep acquired the lock. */
    boolean ours(int host) {
        return cells[shape.host(host) + 2] != 0;
    }

    void ours(int host, boolean is) {
        cells[shape.host(host) + 2] = (byte) (is ? 1 : 0);
    }

    // A domain on a host.

    Guest guest(int host, int domain) {
        return Guest.at(cells[shape.on(host, domain)]);
    }

    void guest(int host, int domain, Guest guest) {
        cells[shape.on(host, domain)] = (byte) guest.ordinal();
    }

    Hook hook(int host, int domain) {
        return Hook.at(cells[shape.on(host, domain) + 1]);
    }

    void hook(int host, int domain, Hook hook) {
        cells[shape.on(host, domain) + 1] = (byte) hook.ordinal();
    }

    /** The claims as they were before the hook in progress. */
    Claim before(int host, int domain) {
        return Claim.at(cells[shape.on(host, domain) + 2]);
    }

    void before(int host, int domain, Claim claim) {
        cells[shape.on(host, domain) + 2] = (byte) claim.ordinal();
    }

    OwnDomain sight(int host, int domain) {
        return SIGHTS[cells[shape.on(host, domain) + 3]];
    }

    int looks(int host, int domain) {
        return cells[shape.on(host, domain) + 4];
    }

    void sight(int host, int domain, OwnDomain sight, int looks) {
        cells[shape.on(host, domain) + 3] = (byte) sight.ordinal();
        cells[shape.on(host, domain) + 4] = (byte) looks;
    }

    Claim claim(int host, int domain) {
        return Claim.at(cells[shape.on(host, domain) + 5]);
    }

    void claim(int host, int domain, Claim claim) {
        cells[shape.on(host, domain) + 5] = (byte) claim.ordinal();
    }

    /** The handover that is open here, counted from 1; 0 without one. */
    int open(int host, int domain) {
        return cells[shape.on(host, domain) + 6];
    }

    Part part(int host, int domain) {
        return Part.at(cells[shape.on(host, domain) + 7]);
    }

    void part(int host, int domain, Part part) {
        cells[shape.on(host, domain) + 7] = (byte) part.ordinal();
    }

    void open(int host, int domain, int handover, Part part) {
        cells[shape.on(host, domain) + 6] = (byte) handover;
        part(host, domain, part);
    }

    /** The highest epoch of the domain that this host has seen. */
    int epoch(int host, int domain) {
        return cells[shape.on(host, domain) + 8];
    }

    void epoch(int host, int domain, int epoch) {
        cells[shape.on(host, domain) + 8] = (byte) epoch;
    }

    // Across the whole cluster.

    /** On how many hosts the guest runs. */
    int running(int domain) {
        int running = 0;
        for (int host = 0; host < shape.hosts; host++) {
            running += guest(host, domain).runs() ? 1 : 0;
        }
        return running;
    }

    /** Whether any guest of this host has the volume open. */
    boolean open(int host) {
        for (int domain = 0; domain < shape.domains; domain++) {
            if (guest(host, domain).present()) {
                return true;
            }
        }
        return false;
    }

    /** lvmlockd's and sanlock's answer: whether the host's lock is now in this mode. */
    boolean request(int host, LockMode mode) {
        if (mode == LockMode.UNLOCKED) {
            if (open(host)) {
                return false;
            }
        } else {
            for (int other = 0; other < shape.hosts; other++) {
                if (other != host && !lock(other).compatibleWith(mode)) {
                    return false;
                }
            }
        }
        lock(host, mode);
        return true;
    }
}

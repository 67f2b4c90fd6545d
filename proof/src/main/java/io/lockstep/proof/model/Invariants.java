package io.lockstep.proof.model;

import io.lockstep.core.domain.OwnDomain;
import io.lockstep.core.volume.LockMode;
import org.jspecify.annotations.Nullable;

/**
 * The invariants I0 to I3, which hold in every state, and I4, which holds at rest. I5 is checked by the steps that refuse something.
 *
 * <p>A guest runs twice only when libvirt itself made it so: that is excused in I0, and has to raise an alarm. A domain whose volumes are
 * all shareable may be started on two hosts, which no lock prevents: I0 says nothing of it.
 */
final class Invariants {

    private final Decisions decisions;
    private final Configuration configuration;

    Invariants(Decisions decisions, Configuration configuration) {
        this.decisions = decisions;
        this.configuration = configuration;
    }

    /** What is wrong in this state; null when nothing is. */
    @Nullable
    String inEveryState(World world) {
        String wrong = world.broken();
        if (wrong == null) {
            wrong = writers(world);
        }
        if (wrong == null) {
            wrong = locks(world);
        }
        return wrong != null ? wrong : alarms(world);
    }

    private boolean exclusive(int domain) {
        return configuration.modes().get(domain) == LockMode.EXCLUSIVE;
    }

    /** I0. */
    private @Nullable String writers(World world) {
        int writing = 0;
        for (int domain = 0; domain < configuration.domains(); domain++) {
            int running = world.running(domain);
            if (running > 1 && exclusive(domain) && !world.excused(domain)) {
                return "I0: two qemus run " + Knowledge.name(domain);
            }
            writing += running > 0 && exclusive(domain) ? 1 : 0;
        }
        return writing > 1 ? "I0: two domains write one volume that is not shareable" : null;
    }

    /** I1 and I2. */
    private @Nullable String locks(World world) {
        for (int host = 0; host < configuration.hosts(); host++) {
            for (int other = 0; other < host; other++) {
                if (!world.lock(host).compatibleWith(world.lock(other))) {
                    return "I1: EXCLUSIVE on one host while held on another";
                }
            }
            if (world.power(host) != Power.DOWN && world.open(host) && world.lock(host) == LockMode.UNLOCKED) {
                return "I2: a guest has its volume open on " + Trace.host(host) + ", which holds no lock";
            }
        }
        return null;
    }

    /** I3: what only both sides show raises its alarm, whoever asks now. */
    private @Nullable String alarms(World world) {
        for (int domain = 0; domain < configuration.domains(); domain++) {
            for (int target = 0; target < configuration.hosts(); target++) {
                for (int source = 0; source < configuration.hosts(); source++) {
                    if (source != target && world.guest(target, domain) == Guest.RUNNING) {
                        String missing = missing(world.guest(source, domain));
                        if (missing != null && world.phase(domain) == Phase.NONE) {
                            return missing;
                        }
                    }
                }
            }
        }
        return null;
    }

    private @Nullable String missing(Guest source) {
        OwnDomain there = decisions.own(source);
        OwnDomain here = decisions.own(Guest.RUNNING);
        if (source == Guest.RUNNING && !decisions.doubleRun(here, there, here, there)) {
            return "I3: a guest runs on two hosts, and fresh looks at both raise no alarm";
        }
        return source == Guest.LEFT_OVER && !decisions.leftOver(here, there)
                ? "I3: a source is left over, and fresh looks at both sides raise no alarm"
                : null;
    }

    /** I4: what is wrong in a state in which nothing goes on of itself; null when nothing is. */
    @Nullable
    String atRest(World world) {
        boolean trouble = false;
        for (int domain = 0; domain < configuration.domains(); domain++) {
            trouble |= trouble(world, domain);
        }
        for (int host = 0; host < configuration.hosts(); host++) {
            LockMode needed = LockMode.UNLOCKED;
            for (int domain = 0; domain < configuration.domains(); domain++) {
                boolean present = world.guest(host, domain).present();
                if (present) {
                    needed = needed.strongest(configuration.modes().get(domain));
                }
                if (!trouble && (world.claim(host, domain) != Claim.NONE) != present) {
                    return "I4: at rest " + Trace.host(host) + (present ? " has no claim" : " has a claim") + " of "
                            + Knowledge.name(domain) + ", which is " + (present ? "" : "not ") + "there";
                }
                if (!trouble && world.part(host, domain) != Part.NONE) {
                    return "I4: at rest a handover of " + Knowledge.name(domain) + " is still open on "
                            + Trace.host(host);
                }
            }
            LockMode held = world.lock(host);
            boolean enough = trouble && needed != LockMode.UNLOCKED ? held != LockMode.UNLOCKED : held == needed;
            if (!enough) {
                return "I4: at rest " + Trace.host(host) + " holds " + held + ", and its guests need " + needed;
            }
        }
        return null;
    }

    /** Whether a person has to decide first: then SHARED stays on every side that has the guest. */
    private boolean trouble(World world, int domain) {
        int present = 0;
        for (int host = 0; host < configuration.hosts(); host++) {
            Guest guest = world.guest(host, domain);
            present += guest.present() ? 1 : 0;
            if (guest == Guest.LEFT_OVER || guest == Guest.POST_COPY_FAILED) {
                return true;
            }
        }
        return present > 1 && exclusive(domain);
    }
}

package io.lockstep.core.handover;

import io.lockstep.core.domain.HostName;
import io.lockstep.core.domain.OwnDomain;
import java.util.Collection;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What only both sides together show. Every look that is given here was asked for afresh; none comes from a stream.
 */
public final class HandoverAlarms {

    private HandoverAlarms() {}

    public enum Kind {
        /** The guest runs on two hosts; with SHARED on both the locks do not prevent that. */
        DOUBLE_RUN,
        /** The guest runs on the target, and its source process still stands there paused. */
        LEFT_OVER,
        /** The domain is active on a host that is neither side of its handover. */
        THIRD_HOST
    }

    /** @param hosts where to look, in the order of their names */
    public record Alarm(Kind kind, SortedSet<HostName> hosts, String text) {
        public Alarm {
            hosts = java.util.Collections.unmodifiableSortedSet(new TreeSet<>(hosts));
        }
    }

    /** One fresh look at one host. */
    public record Look(HostName host, OwnDomain domain) {
        boolean runs() {
            return domain == OwnDomain.ACTIVE || domain == OwnDomain.POST_COPY;
        }
    }

    /**
     * The looks must be taken in this order, each after the answer of the one before: a guest that is seen on the target and
     * <em>then</em> on the source did not just move between the two looks. Twice, because one pair may straddle a migration back.
     */
    public static Optional<Alarm> doubleRun(Look target1, Look source1, Look target2, Look source2) {
        return !target1.host().equals(source1.host())
                        && target1.runs()
                        && source1.domain() == OwnDomain.ACTIVE
                        && target2.runs()
                        && source2.domain() == OwnDomain.ACTIVE
                ? Optional.of(alarm(
                        Kind.DOUBLE_RUN,
                        target1.host(),
                        source1.host(),
                        "the guest runs on " + target1.host() + " and on " + source1.host()
                                + ": both may write. Decide which one to keep and destroy the other (virsh destroy)"))
                : Optional.empty();
    }

    /** Target first, then source, as above. */
    public static Optional<Alarm> leftOver(Look target, Look source) {
        return !target.host().equals(source.host()) && target.runs() && source.domain() == OwnDomain.PAUSED_MIGRATING
                ? Optional.of(alarm(
                        Kind.LEFT_OVER,
                        target.host(),
                        source.host(),
                        "the guest runs on " + target.host() + ", and its old process stands paused on " + source.host()
                                + ": destroy that one (virsh destroy on " + source.host() + "), never resume it"))
                : Optional.empty();
    }

    /** @param active every host on which the domain was freshly seen to be present */
    public static Optional<Alarm> thirdHost(HostName source, HostName target, Collection<HostName> active) {
        return active.stream()
                .filter(h -> !h.equals(source) && !h.equals(target))
                .sorted()
                .findFirst()
                .map(h -> new Alarm(
                        Kind.THIRD_HOST,
                        new TreeSet<>(active),
                        "the domain is active on " + h + ", which takes no part in its handover from " + source + " to "
                                + target));
    }

    private static Alarm alarm(Kind kind, HostName a, HostName b, String text) {
        SortedSet<HostName> hosts = new TreeSet<>();
        hosts.add(a);
        hosts.add(b);
        return new Alarm(kind, hosts, text);
    }
}

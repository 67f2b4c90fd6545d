package io.lockstep.simulator.storage;

import io.lockstep.core.domain.HostName;
import io.lockstep.core.volume.Generation;
import io.lockstep.core.volume.HostId;
import io.lockstep.core.volume.Lease;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LvUuid;
import io.lockstep.core.volume.PeerState.Liveness;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * sanlock's leases of one volume group, as they stand on the shared disk: they outlive the host that wrote them. Guarded by the
 * cluster's lock.
 *
 * <p>Guarantee: of two holders that are not dead, at least one is alone or both are SHARED, unless somebody wipes a lease by
 * hand.
 */
public final class LeaseArea {

    /** A host in one of its lives. */
    record Holder(HostId host, Generation generation) {}

    /** A host_id's own lease, which it renews while it lives. */
    static final class Member {
        private final HostId id;
        private final HostName name;
        private Generation generation = new Generation(0);
        private @Nullable Instant silentSince;
        private boolean left = true;

        Member(HostId id, HostName name) {
            this.id = id;
            this.name = name;
        }

        HostId id() {
            return id;
        }

        HostName name() {
            return name;
        }

        Generation generation() {
            return generation;
        }

        boolean left() {
            return left;
        }

        boolean everJoined() {
            return generation.value() > 0;
        }

        Generation join() {
            generation = new Generation(generation.value() + 1);
            silentSince = null;
            left = false;
            return generation;
        }

        void leave() {
            left = true;
            silentSince = null;
        }

        void falls(Instant silent) {
            if (!left && silentSince == null) {
                silentSince = silent;
            }
        }

        void renews() {
            silentSince = null;
        }

        /** How long an observer that joined then has seen it silent. */
        private Duration silent(Instant now, Instant observerJoined) {
            if (silentSince == null) {
                return Duration.ZERO;
            }
            Instant from = silentSince.isAfter(observerJoined) ? silentSince : observerJoined;
            return Duration.between(from, now);
        }
    }

    private static final class Entry {
        private @Nullable Holder exclusive;
        private final Set<Holder> shared = new HashSet<>();

        Stream<Holder> holders() {
            return Stream.concat(Stream.ofNullable(exclusive), shared.stream());
        }
    }

    private final SanlockTimes times;
    private final Map<HostId, Member> members = new TreeMap<>();
    private final Map<LvUuid, Entry> entries = new HashMap<>();

    LeaseArea(SanlockTimes times) {
        this.times = times;
    }

    Member member(HostId id, HostName name) {
        return members.computeIfAbsent(id, i -> new Member(i, name));
    }

    Collection<Member> members() {
        return members.values();
    }

    /**
     * Takes or converts a lease.
     *
     * @return a holder that excludes it, or nothing when it was granted
     */
    Optional<Holder> acquire(LvUuid volume, LockMode mode, Holder self, Instant now, Instant joined) {
        Entry entry = entries.computeIfAbsent(volume, v -> new Entry());
        Predicate<Holder> gone = h -> h.host().equals(self.host()) || dead(h, now, joined);
        Optional<Holder> excluding = (mode == LockMode.EXCLUSIVE ? entry.holders() : Stream.ofNullable(entry.exclusive))
                .filter(gone.negate())
                .findFirst();
        if (excluding.isPresent()) {
            return excluding;
        }
        entry.shared.removeIf(gone);
        entry.exclusive = null;
        if (mode == LockMode.EXCLUSIVE) {
            entry.exclusive = self;
        } else {
            entry.shared.add(self);
        }
        return Optional.empty();
    }

    void release(LvUuid volume, HostId host) {
        Entry entry = entries.get(volume);
        if (entry != null) {
            entry.shared.removeIf(h -> h.host().equals(host));
            if (entry.exclusive != null && entry.exclusive.host().equals(host)) {
                entry.exclusive = null;
            }
        }
    }

    void forget(LvUuid volume) {
        entries.remove(volume);
    }

    /** The mode that a host holds against all others in its present life. */
    LockMode protection(LvUuid volume, Member member, Instant now) {
        Holder holder = new Holder(member.id, member.generation);
        Entry entry = entries.get(volume);
        if (entry == null || dead(holder, now, Instant.MIN)) {
            return LockMode.UNLOCKED;
        }
        if (holder.equals(entry.exclusive)) {
            return LockMode.EXCLUSIVE;
        }
        return entry.shared.contains(holder) ? LockMode.SHARED : LockMode.UNLOCKED;
    }

    /** The rows as they stand, whether or not their hosts still live. */
    Lease lease(LvUuid volume) {
        Entry entry = entries.get(volume);
        if (entry == null || entry.holders().findAny().isEmpty()) {
            return new Lease.Free();
        }
        return entry.exclusive != null
                ? new Lease.Exclusive(entry.exclusive.host(), entry.exclusive.generation())
                : new Lease.Shared(
                        entry.shared.stream().map(Holder::host).collect(Collectors.toCollection(TreeSet::new)));
    }

    private boolean dead(Holder holder, Instant now, Instant observerJoined) {
        Member member = members.get(holder.host());
        return member == null
                || member.left
                || member.generation.compareTo(holder.generation()) > 0
                || member.silent(now, observerJoined).compareTo(times.grantedAfter()) >= 0;
    }

    /** A host that was silent before the observer joined looks alive to it for a while. */
    Liveness liveness(Member member, Instant now, Instant observerJoined) {
        Duration silent = member.silent(now, observerJoined);
        if (member.left) {
            return Liveness.UNKNOWN;
        }
        return silent.compareTo(times.deadAfter()) >= 0
                ? Liveness.DEAD
                : silent.compareTo(times.failAfter()) >= 0 ? Liveness.FAIL : Liveness.LIVE;
    }
}

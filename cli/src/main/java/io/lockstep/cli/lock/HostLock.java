package io.lockstep.cli.lock;

import io.lockstep.cli.output.DomainNames;
import io.lockstep.proto.v1.Claim;
import io.lockstep.proto.v1.Drift;
import io.lockstep.proto.v1.Host;
import io.lockstep.proto.v1.Lockspace;
import io.lockstep.proto.v1.Volume;
import io.lockstep.proto.v1.VolumeLock;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * One volume's lock on one host, with all that this host knows about it.
 *
 * @param domains what to call those that claim it there; empty when nobody does
 */
record HostLock(
        Host host,
        VolumeLock lock,
        List<Claim> claims,
        String domains,
        List<Drift> drifts,
        Optional<Lockspace> lockspace) {

    /** By volume, then by host. */
    static List<HostLock> of(List<Host> hosts, DomainNames names, Predicate<Volume> wanted) {
        return hosts.stream()
                .flatMap(h -> h.getInventory().getLocksList().stream()
                        .filter(l -> wanted.test(l.getVolume()))
                        .map(l -> of(h, l, names)))
                .sorted(Comparator.comparing(
                                (HostLock l) -> l.lock().getVolume().getVg())
                        .thenComparing(l -> l.lock().getVolume().getLv())
                        .thenComparing(l -> l.host().getName()))
                .toList();
    }

    private static HostLock of(Host host, VolumeLock lock, DomainNames names) {
        Volume volume = lock.getVolume();
        List<Claim> claims = host.getInventory().getClaimsList().stream()
                .filter(c -> same(c.getVolume(), volume))
                .toList();
        return new HostLock(
                host,
                lock,
                claims,
                claims.stream().map(names::of).collect(Collectors.joining(", ")),
                host.getInventory().getDriftsList().stream()
                        .filter(d -> same(d.getVolume(), volume))
                        .toList(),
                host.getInventory().getLockspacesList().stream()
                        .filter(l -> l.getVg().equals(volume.getVg()))
                        .findFirst());
    }

    /** A lock that is shown in any other lockspace proves nothing. */
    boolean counts() {
        return lockspace.map(Lockspace::getState).equals(Optional.of(Lockspace.State.STATE_LIVE));
    }

    static boolean same(Volume one, Volume other) {
        return one.getUuid().isEmpty() || other.getUuid().isEmpty()
                ? one.getVg().equals(other.getVg()) && one.getLv().equals(other.getLv())
                : one.getUuid().equals(other.getUuid());
    }
}

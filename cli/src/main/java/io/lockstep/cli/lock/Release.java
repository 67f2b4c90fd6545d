package io.lockstep.cli.lock;

import io.lockstep.cli.output.Words;
import io.lockstep.proto.v1.FindHoldersResponse;
import io.lockstep.proto.v1.Holder;
import io.lockstep.proto.v1.LockMode;
import io.lockstep.proto.v1.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Where volumes are to be released when no host is named.
 *
 * @param byHost the one host that holds each volume
 * @param free volumes that nobody holds
 * @param refusals why no single host can be named, in words; while there is one, nothing is to be released at all
 */
record Release(SortedMap<String, List<Volume>> byHost, List<Volume> free, List<String> refusals) {

    static Release plan(List<Volume> volumes, FindHoldersResponse found) {
        Release plan = new Release(new TreeMap<>(), new ArrayList<>(), new ArrayList<>());
        for (Volume volume : volumes) {
            plan.add(
                    volume,
                    found.getHoldersList().stream()
                            .filter(h -> HostLock.same(h.getLock().getVolume(), volume))
                            .filter(h -> h.getLock().getMode() != LockMode.LOCK_MODE_UNLOCKED)
                            .toList(),
                    found.getUnknownHostsList());
        }
        return plan;
    }

    private void add(Volume volume, List<Holder> holders, List<String> unknownHosts) {
        if (holders.size() > 1) {
            refusals.add(Words.of(volume) + " is held by " + holders.size() + " hosts: "
                    + holders.stream().map(Release::words).collect(Collectors.joining(", "))
                    + "; name one with --host");
        } else if (holders.isEmpty() && !unknownHosts.isEmpty()) {
            refusals.add("no connected host holds " + Words.of(volume) + ", but " + String.join(", ", unknownHosts)
                    + " may: unknown at the moment; name the host with --host");
        } else if (holders.isEmpty()) {
            free.add(volume);
        } else if (!holders.getFirst().getFresh()) {
            String host = holders.getFirst().getHost();
            refusals.add(host + " held " + Words.of(volume) + " when it was last known, but is unknown now;"
                    + " try it with --host " + host);
        } else {
            // With the UUID: should the volume have been renamed meanwhile, the agent refuses.
            byHost.computeIfAbsent(holders.getFirst().getHost(), h -> new ArrayList<>())
                    .add(holders.getFirst().getLock().getVolume());
        }
    }

    private static String words(Holder holder) {
        String domains =
                holder.getClaimsList().stream().map(c -> c.getDomainName()).collect(Collectors.joining(", "));
        return holder.getHost() + " (" + Words.of(holder.getLock().getMode())
                + (domains.isEmpty() ? ", unclaimed" : ", for " + domains)
                + (holder.getFresh() ? ")" : ", last known)");
    }
}

package io.lockstep.controller.grpc;

import io.lockstep.controller.host.ForgetOutcome;
import io.lockstep.controller.host.HostView;
import io.lockstep.controller.host.Inventory;
import io.lockstep.core.domain.HostName;
import io.lockstep.proto.convert.Protos;
import io.lockstep.proto.v1.Claim;
import io.lockstep.proto.v1.FindHoldersResponse;
import io.lockstep.proto.v1.ForgetHostResponse;
import io.lockstep.proto.v1.Holder;
import io.lockstep.proto.v1.Host;
import io.lockstep.proto.v1.HostConnected;
import io.lockstep.proto.v1.HostForgotten;
import io.lockstep.proto.v1.HostNotKnown;
import io.lockstep.proto.v1.LockMode;
import io.lockstep.proto.v1.Volume;
import io.lockstep.proto.v1.VolumeLock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Hosts as messages. */
final class HostMessages {

    private HostMessages() {}

    static Host host(HostView view) {
        Host.Builder message = Host.newBuilder()
                .setName(view.name().value())
                .setEndpoint(view.registration().endpoint().toString())
                .setState(view.connected() ? Host.State.STATE_CONNECTED : Host.State.STATE_UNKNOWN);
        view.seenAt().map(Protos::time).ifPresent(message::setSeenAt);
        view.inventory().map(Inventory::message).ifPresent(message::setInventory);
        return message.build();
    }

    static ForgetHostResponse forgotten(ForgetOutcome outcome) {
        ForgetHostResponse.Builder message = ForgetHostResponse.newBuilder();
        switch (outcome) {
            case ForgetOutcome.Forgotten ignored -> message.setForgotten(HostForgotten.getDefaultInstance());
            case ForgetOutcome.Connected ignored -> message.setConnected(HostConnected.getDefaultInstance());
            case ForgetOutcome.NotKnown ignored -> message.setNotKnown(HostNotKnown.getDefaultInstance());
        }
        return message.build();
    }

    /** Who holds them, by volume and host; a lock of an unknown host is its last known one. */
    static FindHoldersResponse holders(List<HostView> hosts, List<Volume> volumes) {
        List<Holder> holders = new ArrayList<>();
        for (HostView host : hosts) {
            for (VolumeLock lock :
                    host.inventory().map(i -> i.message().getLocksList()).orElse(List.of())) {
                if (lock.getMode() != LockMode.LOCK_MODE_UNLOCKED
                        && volumes.stream().anyMatch(v -> means(v, lock.getVolume()))) {
                    holders.add(Holder.newBuilder()
                            .setHost(host.name().value())
                            .setLock(lock)
                            .addAllClaims(claims(host, lock.getVolume()))
                            .setFresh(host.connected())
                            .build());
                }
            }
        }
        holders.sort(Comparator.comparing((Holder h) -> h.getLock().getVolume().getVg())
                .thenComparing(h -> h.getLock().getVolume().getLv())
                .thenComparing(Holder::getHost));
        return FindHoldersResponse.newBuilder()
                .addAllHolders(holders)
                .addAllUnknownHosts(hosts.stream()
                        .filter(h -> !h.connected())
                        .map(HostView::name)
                        .map(HostName::value)
                        .toList())
                .build();
    }

    private static List<Claim> claims(HostView host, Volume volume) {
        return host.inventory().map(i -> i.message().getClaimsList()).orElse(List.of()).stream()
                .filter(c -> c.getVolume().getUuid().equals(volume.getUuid()))
                .toList();
    }

    private static boolean means(Volume asked, Volume held) {
        return asked.getUuid().isEmpty()
                ? asked.getVg().equals(held.getVg()) && asked.getLv().equals(held.getLv())
                : asked.getUuid().equals(held.getUuid());
    }
}

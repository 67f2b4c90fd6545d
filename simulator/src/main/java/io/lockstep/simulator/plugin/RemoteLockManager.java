package io.lockstep.simulator.plugin;

import io.grpc.StatusRuntimeException;
import io.lockstep.core.port.Devices;
import io.lockstep.core.port.LockManager;
import io.lockstep.core.port.LockManagerException;
import io.lockstep.core.volume.Lease;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LockResult;
import io.lockstep.core.volume.LvUuid;
import io.lockstep.core.volume.PeerState;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.VgReading;
import io.lockstep.core.volume.Volume;
import io.lockstep.core.volume.VolumeInfo;
import io.lockstep.proto.convert.Protos;
import io.lockstep.proto.convert.ResultProtos;
import io.lockstep.simulator.v1.ChangeLocksRequest;
import io.lockstep.simulator.v1.FindDeviceRequest;
import io.lockstep.simulator.v1.ListPeersRequest;
import io.lockstep.simulator.v1.ListVolumeGroupsRequest;
import io.lockstep.simulator.v1.ListVolumesRequest;
import io.lockstep.simulator.v1.ReadLeasesRequest;
import io.lockstep.simulator.v1.ReadVolumeGroupRequest;
import io.lockstep.simulator.wire.Wire;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The lock manager of a simulated host. When the simulator is gone nothing is known, and nothing is thrown that says more. */
final class RemoteLockManager implements LockManager {

    /** More than the simulated command's own limit of 20 s. */
    private static final Duration COMMAND = Duration.ofSeconds(30);

    private static final Duration LOOK = Duration.ofSeconds(10);

    private final Calls calls;
    private final String host;

    RemoteLockManager(Calls calls, String host) {
        this.calls = calls;
        this.host = host;
    }

    private static String gone(StatusRuntimeException e) {
        return "the simulator does not answer: " + e.getStatus();
    }

    private static LockManagerException noAnswer(StatusRuntimeException e) {
        String description = e.getStatus().getDescription();
        return new LockManagerException(description == null ? gone(e) : description, e);
    }

    @Override
    public Set<VgName> volumeGroups() throws LockManagerException {
        try {
            return calls
                    .within(COMMAND)
                    .listVolumeGroups(
                            ListVolumeGroupsRequest.newBuilder().setHost(host).build())
                    .getVgsList()
                    .stream()
                    .map(VgName::new)
                    .collect(Collectors.toSet());
        } catch (StatusRuntimeException e) {
            throw noAnswer(e);
        }
    }

    @Override
    public List<VolumeInfo> volumes(VgName vg) throws LockManagerException {
        try {
            return calls
                    .within(COMMAND)
                    .listVolumes(ListVolumesRequest.newBuilder()
                            .setHost(host)
                            .setVg(vg.value())
                            .build())
                    .getVolumesList()
                    .stream()
                    .map(Wire::info)
                    .toList();
        } catch (StatusRuntimeException e) {
            throw noAnswer(e);
        }
    }

    @Override
    public VgReading read(VgName vg) {
        try {
            return Wire.reading(
                    vg,
                    calls.within(LOOK)
                            .readVolumeGroup(ReadVolumeGroupRequest.newBuilder()
                                    .setHost(host)
                                    .setVg(vg.value())
                                    .build()));
        } catch (StatusRuntimeException e) {
            return VgReading.unknown(vg, gone(e));
        }
    }

    @Override
    public Map<Volume, LockResult> change(VgName vg, SortedSet<Volume> volumes, LockMode mode) {
        Map<Volume, LockResult> results = new TreeMap<>();
        try {
            calls.within(COMMAND)
                    .changeLocks(ChangeLocksRequest.newBuilder()
                            .setHost(host)
                            .setVg(vg.value())
                            .addAllVolumes(Protos.volumes(volumes))
                            .setMode(Protos.mode(mode))
                            .build())
                    .getResultsList()
                    .forEach(r -> results.put(Protos.volume(r.getVolume()), ResultProtos.result(r)));
        } catch (StatusRuntimeException e) {
            volumes.forEach(v -> results.put(v, new LockResult.Unknown(gone(e))));
        }
        return results;
    }

    @Override
    public Map<Volume, Lease> leases(VgName vg, Set<Volume> volumes) {
        Map<Volume, Lease> leases = new TreeMap<>();
        try {
            calls.within(LOOK)
                    .readLeases(ReadLeasesRequest.newBuilder()
                            .setHost(host)
                            .setVg(vg.value())
                            .addAllVolumes(Protos.volumes(volumes))
                            .build())
                    .getLeasesList()
                    .forEach(l -> leases.put(Protos.volume(l.getVolume()), Wire.lease(l)));
        } catch (StatusRuntimeException e) {
            volumes.forEach(v -> leases.put(v, new Lease.Unknown(gone(e))));
        }
        return leases;
    }

    @Override
    public List<PeerState> peers(VgName vg) {
        try {
            return calls
                    .within(LOOK)
                    .listPeers(ListPeersRequest.newBuilder()
                            .setHost(host)
                            .setVg(vg.value())
                            .build())
                    .getPeersList()
                    .stream()
                    .map(Wire::peer)
                    .toList();
        } catch (StatusRuntimeException e) {
            return List.of();
        }
    }

    @Override
    public Devices devices() {
        return new RemoteDevices();
    }

    private final class RemoteDevices implements Devices {

        @Override
        public String follow(String path) {
            try {
                return calls.within(LOOK)
                        .findDevice(FindDeviceRequest.newBuilder()
                                .setHost(host)
                                .setPath(path)
                                .build())
                        .getPath();
            } catch (StatusRuntimeException e) {
                return path;
            }
        }

        @Override
        public Optional<LvUuid> deviceMapper(int minor) {
            try {
                String uuid = calls.within(LOOK)
                        .findDevice(FindDeviceRequest.newBuilder()
                                .setHost(host)
                                .setMinor(minor)
                                .build())
                        .getUuid();
                return uuid.isEmpty() ? Optional.empty() : Optional.of(new LvUuid(uuid));
            } catch (StatusRuntimeException e) {
                return Optional.empty();
            }
        }
    }
}

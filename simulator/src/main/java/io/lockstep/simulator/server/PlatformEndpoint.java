package io.lockstep.simulator.server;

import static io.lockstep.simulator.server.Replies.reply;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.port.HostPlatform;
import io.lockstep.core.port.Hypervisor;
import io.lockstep.core.port.Migrations;
import io.lockstep.core.volume.LvUuid;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.Volume;
import io.lockstep.proto.convert.Protos;
import io.lockstep.proto.convert.ResultProtos;
import io.lockstep.simulator.Cluster;
import io.lockstep.simulator.v1.AbortMigrationRequest;
import io.lockstep.simulator.v1.AbortMigrationResponse;
import io.lockstep.simulator.v1.ChangeDiskRequest;
import io.lockstep.simulator.v1.ChangeDiskResponse;
import io.lockstep.simulator.v1.ChangeLocksRequest;
import io.lockstep.simulator.v1.ChangeLocksResponse;
import io.lockstep.simulator.v1.FindDeviceRequest;
import io.lockstep.simulator.v1.FindDeviceResponse;
import io.lockstep.simulator.v1.GetHostRequest;
import io.lockstep.simulator.v1.GetHostResponse;
import io.lockstep.simulator.v1.ListPeersRequest;
import io.lockstep.simulator.v1.ListPeersResponse;
import io.lockstep.simulator.v1.ListPoolsRequest;
import io.lockstep.simulator.v1.ListPoolsResponse;
import io.lockstep.simulator.v1.ListVolumeGroupsRequest;
import io.lockstep.simulator.v1.ListVolumeGroupsResponse;
import io.lockstep.simulator.v1.ListVolumesRequest;
import io.lockstep.simulator.v1.ListVolumesResponse;
import io.lockstep.simulator.v1.MigrateDomainRequest;
import io.lockstep.simulator.v1.MigrateDomainResponse;
import io.lockstep.simulator.v1.PlatformServiceGrpc;
import io.lockstep.simulator.v1.ReadDefinitionRequest;
import io.lockstep.simulator.v1.ReadDefinitionResponse;
import io.lockstep.simulator.v1.ReadDomainsRequest;
import io.lockstep.simulator.v1.ReadDomainsResponse;
import io.lockstep.simulator.v1.ReadLeasesRequest;
import io.lockstep.simulator.v1.ReadLeasesResponse;
import io.lockstep.simulator.v1.ReadMigrationRequest;
import io.lockstep.simulator.v1.ReadMigrationResponse;
import io.lockstep.simulator.v1.ReadVolumeGroupRequest;
import io.lockstep.simulator.v1.ReadVolumeGroupResponse;
import io.lockstep.simulator.v1.SuspendDomainRequest;
import io.lockstep.simulator.v1.SuspendDomainResponse;
import io.lockstep.simulator.v1.WatchDomainsRequest;
import io.lockstep.simulator.v1.WatchDomainsResponse;
import io.lockstep.simulator.wire.Wire;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Every host's platform, call by call. */
final class PlatformEndpoint extends PlatformServiceGrpc.PlatformServiceImplBase {

    private final Cluster cluster;

    PlatformEndpoint(Cluster cluster) {
        this.cluster = cluster;
    }

    private HostPlatform platform(String host) {
        return cluster.host(host).platform();
    }

    @Override
    public void getHost(GetHostRequest request, StreamObserver<GetHostResponse> response) {
        reply(
                response,
                () -> GetHostResponse.newBuilder()
                        .setBootId(platform(request.getHost()).bootId())
                        .build());
    }

    @Override
    public void listVolumeGroups(ListVolumeGroupsRequest request, StreamObserver<ListVolumeGroupsResponse> response) {
        reply(
                response,
                () -> ListVolumeGroupsResponse.newBuilder()
                        .addAllVgs(platform(request.getHost()).lockManager().volumeGroups().stream()
                                .map(VgName::value)
                                .sorted()
                                .toList())
                        .build());
    }

    @Override
    public void listVolumes(ListVolumesRequest request, StreamObserver<ListVolumesResponse> response) {
        reply(
                response,
                () -> ListVolumesResponse.newBuilder()
                        .addAllVolumes(
                                platform(request.getHost()).lockManager().volumes(new VgName(request.getVg())).stream()
                                        .map(Wire::info)
                                        .toList())
                        .build());
    }

    @Override
    public void readVolumeGroup(ReadVolumeGroupRequest request, StreamObserver<ReadVolumeGroupResponse> response) {
        reply(
                response,
                () -> Wire.reading(platform(request.getHost()).lockManager().read(new VgName(request.getVg()))));
    }

    @Override
    public void changeLocks(ChangeLocksRequest request, StreamObserver<ChangeLocksResponse> response) {
        reply(response, () -> {
            TreeSet<Volume> volumes = request.getVolumesList().stream()
                    .map(Protos::volume)
                    .collect(Collectors.toCollection(TreeSet::new));
            ChangeLocksResponse.Builder message = ChangeLocksResponse.newBuilder();
            platform(request.getHost())
                    .lockManager()
                    .change(new VgName(request.getVg()), volumes, Protos.mode(request.getMode()))
                    .forEach((volume, result) -> message.addResults(ResultProtos.result(volume, result)));
            return message.build();
        });
    }

    @Override
    public void readLeases(ReadLeasesRequest request, StreamObserver<ReadLeasesResponse> response) {
        reply(response, () -> {
            ReadLeasesResponse.Builder message = ReadLeasesResponse.newBuilder();
            platform(request.getHost())
                    .lockManager()
                    .leases(
                            new VgName(request.getVg()),
                            request.getVolumesList().stream()
                                    .map(Protos::volume)
                                    .collect(Collectors.toSet()))
                    .forEach((volume, lease) -> message.addLeases(Wire.lease(volume, lease)));
            return message.build();
        });
    }

    @Override
    public void listPeers(ListPeersRequest request, StreamObserver<ListPeersResponse> response) {
        reply(
                response,
                () -> ListPeersResponse.newBuilder()
                        .addAllPeers(
                                platform(request.getHost()).lockManager().peers(new VgName(request.getVg())).stream()
                                        .map(Wire::peer)
                                        .toList())
                        .build());
    }

    @Override
    public void findDevice(FindDeviceRequest request, StreamObserver<FindDeviceResponse> response) {
        reply(response, () -> {
            FindDeviceResponse.Builder message = FindDeviceResponse.newBuilder();
            switch (request.getDeviceCase()) {
                case PATH ->
                    message.setPath(
                            platform(request.getHost()).lockManager().devices().follow(request.getPath()));
                case MINOR ->
                    platform(request.getHost())
                            .lockManager()
                            .devices()
                            .deviceMapper(request.getMinor())
                            .map(LvUuid::value)
                            .ifPresent(message::setUuid);
                case DEVICE_NOT_SET -> throw new IllegalArgumentException("neither a path nor a number is given");
            }
            return message.build();
        });
    }

    @Override
    public void readDomains(ReadDomainsRequest request, StreamObserver<ReadDomainsResponse> response) {
        reply(
                response,
                () -> Wire.domains(platform(request.getHost()).hypervisor().read()));
    }

    @Override
    public void listPools(ListPoolsRequest request, StreamObserver<ListPoolsResponse> response) {
        reply(
                response,
                () -> ListPoolsResponse.newBuilder()
                        .putAllTargets(platform(request.getHost())
                                .hypervisor()
                                .poolTargets()
                                .orElse(Map.of()))
                        .build());
    }

    @Override
    public void readDefinition(ReadDefinitionRequest request, StreamObserver<ReadDefinitionResponse> response) {
        reply(response, () -> {
            ReadDefinitionResponse.Builder answer = ReadDefinitionResponse.newBuilder();
            platform(request.getHost())
                    .definitions()
                    .stored(request.getName())
                    .ifPresent(xml -> answer.setXml(new String(xml, StandardCharsets.UTF_8)));
            return answer.build();
        });
    }

    @Override
    public void suspendDomain(SuspendDomainRequest request, StreamObserver<SuspendDomainResponse> response) {
        reply(
                response,
                () -> SuspendDomainResponse.newBuilder()
                        .setSuspended(
                                platform(request.getHost()).hypervisor().suspend(DomainUuid.of(request.getUuid())))
                        .build());
    }

    @Override
    public void changeDisk(ChangeDiskRequest request, StreamObserver<ChangeDiskResponse> response) {
        reply(response, () -> {
            Hypervisor hypervisor = platform(request.getHost()).hypervisor();
            DomainUuid domain = DomainUuid.of(request.getUuid());
            return Wire.change(
                    switch (request.getChangeCase()) {
                        case ATTACH -> hypervisor.attachDisk(domain, request.getAttach(), request.getPersistent());
                        case DETACH -> hypervisor.detachDisk(domain, request.getDetach(), request.getPersistent());
                        case CHANGE_NOT_SET -> throw new IllegalArgumentException("no change is given");
                    });
        });
    }

    @Override
    public void migrateDomain(MigrateDomainRequest request, StreamObserver<MigrateDomainResponse> response) {
        reply(
                response,
                () -> Wire.ended(platform(request.getHost())
                        .migrations()
                        .migrate(new Migrations.Order(
                                DomainUuid.of(request.getUuid()),
                                request.getUri(),
                                request.getPersistent(),
                                request.getUndefineSource(),
                                false,
                                OptionalLong.empty()))));
    }

    @Override
    public void readMigration(ReadMigrationRequest request, StreamObserver<ReadMigrationResponse> response) {
        reply(
                response,
                () -> Wire.copied(platform(request.getHost()).migrations().copied(DomainUuid.of(request.getUuid()))));
    }

    @Override
    public void abortMigration(AbortMigrationRequest request, StreamObserver<AbortMigrationResponse> response) {
        reply(
                response,
                () -> AbortMigrationResponse.newBuilder()
                        .setAborted(platform(request.getHost()).migrations().abort(DomainUuid.of(request.getUuid())))
                        .build());
    }

    /** Ends with the caller; until then every event is one message. */
    @Override
    public void watchDomains(WatchDomainsRequest request, StreamObserver<WatchDomainsResponse> response) {
        ServerCallStreamObserver<WatchDomainsResponse> stream =
                (ServerCallStreamObserver<WatchDomainsResponse>) response;
        Object turn = new Object();
        Runnable stop = cluster.host(request.getHost()).libvirtd().onChange(() -> {
            synchronized (turn) {
                if (!stream.isCancelled()) {
                    stream.onNext(WatchDomainsResponse.getDefaultInstance());
                }
            }
        });
        stream.setOnCancelHandler(stop);
    }
}

package io.lockstep.controller.grpc;

import com.google.protobuf.Duration;
import io.grpc.stub.StreamObserver;
import io.lockstep.controller.ControllerConfig;
import io.lockstep.controller.host.Endpoint;
import io.lockstep.controller.host.ForgetOutcome;
import io.lockstep.controller.host.Hosts;
import io.lockstep.controller.host.Registration;
import io.lockstep.core.domain.HostName;
import io.lockstep.proto.convert.Protos;
import io.lockstep.proto.v1.FindHoldersRequest;
import io.lockstep.proto.v1.FindHoldersResponse;
import io.lockstep.proto.v1.ForgetHostRequest;
import io.lockstep.proto.v1.ForgetHostResponse;
import io.lockstep.proto.v1.HostServiceGrpc;
import io.lockstep.proto.v1.ListHostsRequest;
import io.lockstep.proto.v1.ListHostsResponse;
import io.lockstep.proto.v1.RegisterHostRequest;
import io.lockstep.proto.v1.RegisterHostResponse;
import io.lockstep.service.action.ManualAction;
import io.lockstep.service.action.ManualActions;
import io.lockstep.service.grpc.Answers;
import io.quarkus.grpc.GrpcService;
import io.quarkus.virtual.threads.VirtualThreads;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;

/** {@code HostService}. */
@GrpcService
public class HostGrpcService extends HostServiceGrpc.HostServiceImplBase {

    private final Hosts hosts;
    private final ManualActions actions;
    private final InstantSource clock;
    private final Answers answers;
    private final RegisterHostResponse again;

    public HostGrpcService(
            Hosts hosts,
            ManualActions actions,
            InstantSource clock,
            ControllerConfig config,
            @VirtualThreads ExecutorService threads) {
        this.hosts = hosts;
        this.actions = actions;
        this.clock = clock;
        this.answers = new Answers(threads);
        java.time.Duration after = config.hosts().registerAgainAfter();
        this.again = RegisterHostResponse.newBuilder()
                .setRegisterAgainAfter(
                        Duration.newBuilder().setSeconds(after.getSeconds()).setNanos(after.getNano()))
                .build();
    }

    @Override
    public void registerHost(RegisterHostRequest request, StreamObserver<RegisterHostResponse> observer) {
        answers.one(observer, () -> {
            hosts.register(new Registration(
                    Protos.host(request.getHost()),
                    endpoint(request.getEndpoint()),
                    request.getVersion(),
                    request.getBootId()));
            return again;
        });
    }

    @Override
    public void listHosts(ListHostsRequest request, StreamObserver<ListHostsResponse> observer) {
        answers.one(
                observer,
                () -> ListHostsResponse.newBuilder()
                        .addAllHosts(
                                hosts.view().stream().map(HostMessages::host).toList())
                        .build());
    }

    @Override
    public void forgetHost(ForgetHostRequest request, StreamObserver<ForgetHostResponse> observer) {
        answers.one(observer, () -> {
            HostName host = Protos.host(request.getHost());
            ForgetOutcome outcome = hosts.forget(host);
            actions.done(ManualAction.of(
                    clock.instant(),
                    request.getRequestedBy(),
                    "forget",
                    host.value(),
                    request.getReason(),
                    switch (outcome) {
                        case ForgetOutcome.Forgotten ignored -> "forgotten";
                        case ForgetOutcome.Connected ignored -> "refused: it is connected";
                        case ForgetOutcome.NotKnown ignored -> "refused: no such host";
                    }));
            return HostMessages.forgotten(outcome);
        });
    }

    @Override
    public void findHolders(FindHoldersRequest request, StreamObserver<FindHoldersResponse> observer) {
        answers.one(observer, () -> HostMessages.holders(hosts.view(), request.getVolumesList()));
    }

    private static Endpoint endpoint(String text) {
        try {
            return Endpoint.of(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("endpoint: " + e.getMessage(), e);
        }
    }
}

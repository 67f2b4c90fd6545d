package io.lockstep.simulator.server;

import static io.lockstep.simulator.server.Replies.reply;

import io.grpc.stub.StreamObserver;
import io.lockstep.simulator.libvirt.VirshResult;
import io.lockstep.simulator.v1.ControlServiceGrpc;
import io.lockstep.simulator.v1.RunCommandRequest;
import io.lockstep.simulator.v1.RunCommandResponse;

/** The control, call by call. */
final class ControlEndpoint extends ControlServiceGrpc.ControlServiceImplBase {

    private final Control control;

    ControlEndpoint(Control control) {
        this.control = control;
    }

    @Override
    public void runCommand(RunCommandRequest request, StreamObserver<RunCommandResponse> response) {
        reply(response, () -> {
            VirshResult result = control.run(request.getHost(), request.getArgumentsList());
            return RunCommandResponse.newBuilder()
                    .setExit(result.exit())
                    .setOut(result.out())
                    .setErr(result.err())
                    .build();
        });
    }
}

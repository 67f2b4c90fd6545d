package io.lockstep.simulator.demo;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.lockstep.simulator.server.Control;
import io.lockstep.simulator.server.SimulatorServer;
import io.lockstep.simulator.v1.ControlServiceGrpc;
import io.lockstep.simulator.v1.RunCommandRequest;
import io.lockstep.simulator.v1.RunCommandResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** {@code ./lockstep virsh HOST COMMAND…}: one command on one host of a running simulator, in the manner of virsh. */
public final class Virsh {

    private Virsh() {}

    public static void main(String[] args) throws IOException {
        System.exit(run(args));
    }

    static int run(String... args) throws IOException {
        if (args.length < 2) {
            System.err.print("usage: ./lockstep virsh HOST COMMAND...\n" + Control.HELP);
            return 2;
        }
        String address =
                Optional.ofNullable(System.getenv("LOCKSTEP_SIMULATOR")).orElse("127.0.0.1:" + SimulatorServer.PORT);
        ManagedChannel channel =
                NettyChannelBuilder.forTarget(address).usePlaintext().build();
        try {
            RunCommandResponse response = ControlServiceGrpc.newBlockingStub(channel)
                    .runCommand(RunCommandRequest.newBuilder()
                            .setHost(args[0])
                            .addAllArguments(arguments(args))
                            .build());
            System.out.print(response.getOut());
            System.err.print(response.getErr());
            return response.getExit();
        } catch (StatusRuntimeException e) {
            System.err.println("error: no simulator answers at " + address + " ("
                    + e.getStatus().getCode()
                    + "): start one with ./lockstep demo --keep, and set LOCKSTEP_SIMULATOR as it prints");
            return 1;
        } finally {
            channel.shutdownNow();
        }
    }

    /** A domain is defined from a file, which only this process may be able to read. */
    private static List<String> arguments(String[] args) throws IOException {
        List<String> arguments = new ArrayList<>(Arrays.asList(args).subList(1, args.length));
        if (arguments.size() == 2 && arguments.getFirst().equals("define")) {
            arguments.set(1, Files.readString(Path.of(arguments.get(1))));
        }
        return arguments;
    }
}

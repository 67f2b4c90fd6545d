package io.lockstep.cli.disk;

import io.lockstep.cli.StandardOptions;
import io.lockstep.cli.Surroundings;
import io.lockstep.cli.connection.AgentOptions;
import io.lockstep.cli.connection.Cluster;
import io.lockstep.cli.host.Place;
import io.lockstep.cli.output.OutputOptions;
import io.lockstep.cli.output.Printer;
import io.lockstep.core.volume.VolumeName;
import io.lockstep.proto.v1.DetachDiskRequest;
import io.lockstep.proto.v1.DetachDiskResponse;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Takes a disk from a running domain: first the device, then the lock. */
@Command(
        name = "detach-disk",
        description = {
            "Take a disk from a running domain: unplug it, and release its volume once the guest has let go of it.",
            "Exit code 4 when the guest has not done so in time: the lock stays, and goes when it has."
        })
public final class DetachDiskCommand implements Callable<Integer> {

    private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

    private final Surroundings surroundings;

    @Mixin
    StandardOptions standard;

    @Mixin
    private OutputOptions output;

    @Mixin
    private AgentOptions connection;

    @Mixin
    private DiskOptions options;

    @Parameters(
            index = "1",
            paramLabel = "TARGET|VG/LV",
            description = "The disk: its name in the guest, for example vdb, or its volume.")
    private String disk;

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            defaultValue = "30s",
            description = "How long the guest may take to let go of it: 30s unless given, at most 10m.")
    private Duration wait;

    @Spec
    private CommandSpec spec;

    public DetachDiskCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        connection.notBesides(options.hostNamed());
        if (wait.compareTo(LONGEST_WAIT) > 0) {
            throw new ParameterException(spec.commandLine(), "--wait is at most 10m");
        }
        DetachDiskRequest.Builder request = DetachDiskRequest.newBuilder()
                .setPersistent(options.persistent())
                .setWait(com.google.protobuf.Duration.newBuilder().setSeconds(wait.toSeconds()))
                .setReason(options.reason())
                .setRequestedBy(surroundings.user());
        if (disk.indexOf('/') < 0) {
            request.setTarget(disk);
        } else {
            request.setVolume(DiskOptions.volume(volume()));
        }
        Printer printer = output.printer(surroundings);
        try (Cluster cluster = connection.openPatiently(surroundings)) {
            Place place = options.place(cluster);
            DetachDiskResponse response = cluster.detach(
                    place.host(), request.setDomain(place.domain()).build(), wait);
            return new DiskReport(
                            place.host().getName(),
                            response.getDomainName().isEmpty() ? place.domain() : response.getDomainName(),
                            response.getTarget(),
                            response.getOutcome(),
                            response.getReason(),
                            response.getLocksList(),
                            response)
                    .print(printer)
                    .code();
        }
    }

    private VolumeName volume() {
        try {
            return VolumeName.of(disk);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(),
                    String.valueOf(e.getMessage()),
                    new TypeConversionException(String.valueOf(e.getMessage())));
        }
    }
}

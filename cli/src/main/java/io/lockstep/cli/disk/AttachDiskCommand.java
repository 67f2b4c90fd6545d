package io.lockstep.cli.disk;

import io.lockstep.cli.CommandFailure;
import io.lockstep.cli.ExitStatus;
import io.lockstep.cli.StandardOptions;
import io.lockstep.cli.Surroundings;
import io.lockstep.cli.connection.AgentOptions;
import io.lockstep.cli.connection.Cluster;
import io.lockstep.cli.host.Place;
import io.lockstep.cli.output.OutputOptions;
import io.lockstep.cli.output.Printer;
import io.lockstep.core.volume.VolumeName;
import io.lockstep.proto.v1.AttachDiskRequest;
import io.lockstep.proto.v1.AttachDiskResponse;
import io.lockstep.proto.v1.VolumeDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Gives a running domain a disk: first the lock, then the device. */
@Command(
        name = "attach-disk",
        description = {
            "Give a running domain a disk: lock its volume on the domain's host, then plug it in.",
            "What is refused on the way is given back. Give either VG/LV and --target, or --xml."
        })
public final class AttachDiskCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    StandardOptions standard;

    @Mixin
    private OutputOptions output;

    @Mixin
    private AgentOptions connection;

    @Mixin
    private DiskOptions options;

    @Parameters(index = "1", arity = "0..1", paramLabel = "VG/LV", description = "The volume.")
    private Optional<VolumeName> volume;

    @Option(names = "--target", paramLabel = "NAME", description = "The device's name in the guest, for example vdb.")
    private Optional<String> target;

    @Option(names = "--bus", paramLabel = "BUS", description = "virtio unless given; scsi, sata, usb, …")
    private Optional<String> bus;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "What is in the volume: raw unless given, or qcow2.")
    private Optional<String> format;

    @Option(
            names = "--cache",
            paramLabel = "MODE",
            description = "none unless given; most others make a live migration unsafe.")
    private Optional<String> cache;

    @Option(names = "--serial", paramLabel = "TEXT", description = "The serial number that the guest sees.")
    private Optional<String> serial;

    @Option(names = "--read-only", description = "The guest cannot write to it; the lock is SHARED.")
    private boolean readOnly;

    @Option(
            names = "--shareable",
            description =
                    "Other guests may have it at the same time; the lock is SHARED. Only with a cluster file system"
                            + " or the like inside.")
    private boolean shareable;

    @Option(
            names = "--xml",
            paramLabel = "FILE",
            description = "A file with a whole <disk> element instead, as libvirt takes it.")
    private Optional<Path> xml;

    @Spec
    private CommandSpec spec;

    public AttachDiskCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        connection.notBesides(options.hostNamed());
        AttachDiskRequest.Builder request = AttachDiskRequest.newBuilder()
                .setPersistent(options.persistent())
                .setReason(options.reason())
                .setRequestedBy(surroundings.user());
        if (xml.isPresent()) {
            request.setXml(text(xml.get()));
        } else {
            request.setVolumeDisk(disk());
        }
        Printer printer = output.printer(surroundings);
        try (Cluster cluster = connection.openPatiently(surroundings)) {
            Place place = options.place(cluster);
            AttachDiskResponse response = cluster.attach(
                    place.host(), request.setDomain(place.domain()).build());
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

    private String text(Path file) {
        boolean described = volume.isPresent()
                || target.isPresent()
                || bus.isPresent()
                || format.isPresent()
                || cache.isPresent()
                || serial.isPresent()
                || readOnly
                || shareable;
        if (described) {
            throw new ParameterException(
                    spec.commandLine(), "--xml says all of the disk: leave out VG/LV and what describes it");
        }
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new CommandFailure(ExitStatus.USAGE, "cannot read " + file + ": there is no such file", e);
        } catch (IOException e) {
            throw new CommandFailure(ExitStatus.USAGE, "cannot read " + file + ": " + e, e);
        }
    }

    private VolumeDisk disk() {
        if (volume.isEmpty() || target.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "say which disk: VG/LV and --target NAME, for example vdb, or --xml FILE");
        }
        return VolumeDisk.newBuilder()
                .setVolume(DiskOptions.volume(volume.get()))
                .setTarget(target.get())
                .setBus(bus.orElse(""))
                .setFormat(format.orElse(""))
                .setCache(cache.orElse(""))
                .setSerial(serial.orElse(""))
                .setReadOnly(readOnly)
                .setShareable(shareable)
                .build();
    }
}

package io.lockstep.core.domain;

import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.VolumePath;
import io.lockstep.core.xml.XmlElement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Every block device that a domain's XML uses.
 *
 * <p>Where the XML leaves open whether a device is written to, it is: a claim that is too strong refuses, one that is too weak does
 * not protect.
 */
final class DiskSources {

    private final List<DiskSource> found = new ArrayList<>();

    private DiskSources() {}

    static List<DiskSource> of(XmlElement domain) {
        DiskSources sources = new DiskSources();
        domain.child("os").ifPresent(sources::firmware);
        domain.children("devices").flatMap(d -> d.children().stream()).forEach(sources::device);
        return sources.found;
    }

    /** The same of one {@code <disk>} by itself. */
    static List<DiskSource> ofDisk(XmlElement disk) {
        DiskSources sources = new DiskSources();
        sources.disk(disk);
        return sources.found;
    }

    private void device(XmlElement device) {
        switch (device.name()) {
            case "disk" -> disk(device);
            case "filesystem" -> filesystem(device);
            case "tpm" -> tpm(device);
            default -> {
                // A child that only other parts of the XML may have.
            }
        }
    }

    private void disk(XmlElement disk) {
        String target = disk.child("target").flatMap(t -> t.attribute("dev")).orElse("disk");
        layer(disk, target, mode(disk));
        // A block copy, or the commit of an active layer: qemu writes to it, and at the end the guest may use it.
        disk.child("mirror").ifPresent(m -> layer(m, target, LockMode.EXCLUSIVE));
    }

    private static LockMode mode(XmlElement disk) {
        // The guest's writes to a transient disk go to a file of its own, but only with shareBacking does libvirt open
        // what is
        // below read-only from the start.
        boolean shared = disk.has("readonly")
                || disk.has("shareable")
                || disk.is("device", "cdrom")
                || disk.child("transient")
                        .filter(t -> t.is("shareBacking", "yes"))
                        .isPresent();
        return shared ? LockMode.SHARED : LockMode.EXCLUSIVE;
    }

    /** A disk, a backing store or a mirror, with the layers below it. Bounded by the depth that the reader allows. */
    private void layer(XmlElement layer, String target, LockMode mode) {
        add(target, source(layer), mode);
        // The qcow2 header is in the source, the guest's data in the data store.
        layer.child("source").flatMap(s -> s.child("dataStore")).ifPresent(store -> add(target, source(store), mode));
        layer.child("backingStore").ifPresent(below -> layer(below, target, LockMode.SHARED));
    }

    /** By the type, as libvirt reads it; file is libvirt's default. */
    private static Optional<DiskSource.Source> source(XmlElement typed) {
        Optional<XmlElement> source = typed.child("source");
        return switch (typed.attribute("type").orElse("file")) {
            case "block" -> source.flatMap(s -> s.attribute("dev")).map(DiskSource.Device::new);
            // Before libvirt 1.2 a mirror's file was an attribute of its own.
            case "file" ->
                source.flatMap(s -> s.attribute("file"))
                        .or(() -> typed.attribute("file"))
                        .flatMap(DiskSources::device);
            case "volume" ->
                source.flatMap(s -> s.attribute("pool")
                        .flatMap(pool -> s.attribute("volume").map(v -> new DiskSource.PoolVolume(pool, v))));
            default -> Optional.empty();
        };
    }

    private void filesystem(XmlElement filesystem) {
        if (filesystem.is("type", "block")) {
            String target =
                    filesystem.child("target").flatMap(t -> t.attribute("dir")).orElse("filesystem");
            add(target, source(filesystem), filesystem.has("readonly") ? LockMode.SHARED : LockMode.EXCLUSIVE);
        }
    }

    private void tpm(XmlElement tpm) {
        tpm.child("backend")
                .flatMap(b -> b.child("source"))
                .flatMap(s -> s.attribute("path"))
                .ifPresent(path -> add("tpm", device(path), LockMode.EXCLUSIVE));
    }

    private void firmware(XmlElement os) {
        os.child("loader")
                .ifPresent(loader -> add(
                        "loader",
                        device(loader.text()),
                        loader.is("readonly", "yes") || loader.is("type", "rom")
                                ? LockMode.SHARED
                                : LockMode.EXCLUSIVE));
        os.child("nvram").ifPresent(nvram -> {
            add("nvram", device(nvram.text()), LockMode.EXCLUSIVE);
            layer(nvram, "nvram", LockMode.EXCLUSIVE);
        });
        os.child("varstore")
                .flatMap(v -> v.attribute("path"))
                .ifPresent(path -> add("varstore", device(path), LockMode.EXCLUSIVE));
    }

    /** A path where libvirt expects a file's: it is a device when it lies under {@code /dev}. */
    private static Optional<DiskSource.Source> device(String path) {
        return VolumePath.underDev(path) ? Optional.of(new DiskSource.Device(path)) : Optional.empty();
    }

    private void add(String target, Optional<DiskSource.Source> source, LockMode mode) {
        source.ifPresent(s -> found.add(new DiskSource(target, s, mode)));
    }
}

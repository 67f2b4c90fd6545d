package io.lockstep.simulator.libvirt;

import io.lockstep.core.port.Definitions;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The definitions of one host's libvirt: files, which can also be read while no daemon answers. */
public final class SimulatedDefinitions implements Definitions {

    private final Libvirtd libvirtd;

    public SimulatedDefinitions(Libvirtd libvirtd) {
        this.libvirtd = libvirtd;
    }

    @Override
    public Optional<byte[]> stored(String name) {
        return libvirtd.cluster()
                .look(() -> libvirtd.domain(name).flatMap(d -> Optional.ofNullable(d.persistent)))
                .map(xml -> xml.getBytes(StandardCharsets.UTF_8));
    }
}

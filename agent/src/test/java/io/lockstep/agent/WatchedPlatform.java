package io.lockstep.agent;

import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HypervisorReading;
import io.lockstep.core.port.Definitions;
import io.lockstep.core.port.DeviceChange;
import io.lockstep.core.port.HostPlatform;
import io.lockstep.core.port.Hypervisor;
import io.lockstep.core.port.LockManager;
import io.lockstep.core.port.Migrations;
import java.util.Map;
import java.util.Optional;

/** A host's platform that says when libvirt is about to be asked for a disk. */
record WatchedPlatform(HostPlatform platform, Runnable beforeAttach) implements HostPlatform {

    @Override
    public LockManager lockManager() {
        return platform.lockManager();
    }

    @Override
    public Hypervisor hypervisor() {
        return new Watched(platform.hypervisor(), beforeAttach);
    }

    @Override
    public Definitions definitions() {
        return platform.definitions();
    }

    @Override
    public Migrations migrations() {
        return platform.migrations();
    }

    @Override
    public String bootId() {
        return platform.bootId();
    }

    @Override
    public void close() {
        platform.close();
    }

    private record Watched(Hypervisor hypervisor, Runnable beforeAttach) implements Hypervisor {

        @Override
        public HypervisorReading read() {
            return hypervisor.read();
        }

        @Override
        public Optional<Map<String, String>> poolTargets() {
            return hypervisor.poolTargets();
        }

        @Override
        public boolean suspend(DomainUuid domain) {
            return hypervisor.suspend(domain);
        }

        @Override
        public void onChange(Runnable wake) {
            hypervisor.onChange(wake);
        }

        @Override
        public DeviceChange attachDisk(DomainUuid domain, String diskXml, boolean persistent) {
            beforeAttach.run();
            return hypervisor.attachDisk(domain, diskXml, persistent);
        }

        @Override
        public DeviceChange detachDisk(DomainUuid domain, String disk, boolean persistent) {
            return hypervisor.detachDisk(domain, disk, persistent);
        }
    }
}

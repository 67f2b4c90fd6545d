package io.lockstep.proof.chaos.world;

import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HypervisorReading;
import io.lockstep.core.port.Definitions;
import io.lockstep.core.port.Devices;
import io.lockstep.core.port.HostPlatform;
import io.lockstep.core.port.Hypervisor;
import io.lockstep.core.port.LockManager;
import io.lockstep.core.port.LockManagerException;
import io.lockstep.core.volume.Lease;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LockResult;
import io.lockstep.core.volume.PeerState;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.VgReading;
import io.lockstep.core.volume.Volume;
import io.lockstep.core.volume.VolumeInfo;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;

/** A host's platform as one life of its agent has it: an answer that comes after the kill reaches nobody. */
record GuardedPlatform(HostPlatform platform, Surroundings around) implements HostPlatform {

    /**
     * @param crashPoint a moment at which the agent may be killed
     * @param listening what is told of libvirt's events
     */
    record Surroundings(Life life, Mutation mutation, Runnable crashPoint, Events listening) {}

    /** Takes what is to be woken by libvirt's events. */
    interface Events {
        void wake(Runnable wake);
    }

    @Override
    public LockManager lockManager() {
        return new Locks(platform.lockManager(), around);
    }

    @Override
    public Hypervisor hypervisor() {
        return new Domains(platform.hypervisor(), around);
    }

    @Override
    public Definitions definitions() {
        return platform.definitions();
    }

    @Override
    public String bootId() {
        return platform.bootId();
    }

    @Override
    public void close() {
        platform.close();
    }

    private record Locks(LockManager locks, Surroundings around) implements LockManager {

        @Override
        public Set<VgName> volumeGroups() throws LockManagerException {
            try {
                return new java.util.TreeSet<>(locks.volumeGroups());
            } finally {
                around.life().mustGoOn();
            }
        }

        @Override
        public List<VolumeInfo> volumes(VgName vg) throws LockManagerException {
            try {
                return locks.volumes(vg);
            } finally {
                around.life().mustGoOn();
            }
        }

        @Override
        public VgReading read(VgName vg) {
            VgReading reading = locks.read(vg);
            around.life().mustGoOn();
            return reading;
        }

        @Override
        public Map<Volume, LockResult> change(VgName vg, SortedSet<Volume> volumes, LockMode mode) {
            around.crashPoint().run();
            around.life().mustGoOn();
            Map<Volume, LockResult> results = locks.change(vg, volumes, mode);
            around.crashPoint().run();
            around.life().mustGoOn();
            return results;
        }

        @Override
        public Map<Volume, Lease> leases(VgName vg, Set<Volume> volumes) {
            return locks.leases(vg, volumes);
        }

        @Override
        public List<PeerState> peers(VgName vg) {
            return locks.peers(vg);
        }

        @Override
        public Devices devices() {
            return locks.devices();
        }
    }

    private record Domains(Hypervisor hypervisor, Surroundings around) implements Hypervisor {

        @Override
        public HypervisorReading read() {
            return around.mutation().seen(hypervisor.read());
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
            around.listening().wake(wake);
        }
    }
}

package io.lockstep.agent.platform;

import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HypervisorReading;
import io.lockstep.core.port.Definitions;
import io.lockstep.core.port.Devices;
import io.lockstep.core.port.HostPlatform;
import io.lockstep.core.port.Hypervisor;
import io.lockstep.core.port.LockManager;
import io.lockstep.core.volume.Lease;
import io.lockstep.core.volume.LockMode;
import io.lockstep.core.volume.LockResult;
import io.lockstep.core.volume.LvUuid;
import io.lockstep.core.volume.PeerState;
import io.lockstep.core.volume.VgName;
import io.lockstep.core.volume.VgReading;
import io.lockstep.core.volume.Volume;
import io.lockstep.core.volume.VolumeInfo;
import io.lockstep.service.systemd.Training;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;

/** A host without anything, on which the agent's training run touches neither LVM nor libvirt. Nothing else gets it. */
public final class TrainingPlatform implements HostPlatform, LockManager, Hypervisor, Devices {

    /** Found as {@code training}. */
    public static final class Provider implements HostPlatform.Provider {

        @Override
        public String name() {
            return "training";
        }

        @Override
        public HostPlatform open(Map<String, String> options) {
            if (!Training.isAsked()) {
                throw new IllegalArgumentException("the platform \"training\" is only for making an AOT cache");
            }
            return new TrainingPlatform();
        }
    }

    @Override
    public LockManager lockManager() {
        return this;
    }

    @Override
    public Hypervisor hypervisor() {
        return this;
    }

    @Override
    public Definitions definitions() {
        return Definitions.NONE;
    }

    @Override
    public Devices devices() {
        return this;
    }

    @Override
    public String bootId() {
        return "training";
    }

    @Override
    public void close() {}

    @Override
    public Set<VgName> volumeGroups() {
        return Set.of();
    }

    @Override
    public List<VolumeInfo> volumes(VgName vg) {
        return List.of();
    }

    @Override
    public VgReading read(VgName vg) {
        return VgReading.unknown(vg, "there is none");
    }

    @Override
    public Map<Volume, LockResult> change(VgName vg, SortedSet<Volume> volumes, LockMode mode) {
        return Map.of();
    }

    @Override
    public Map<Volume, Lease> leases(VgName vg, Set<Volume> volumes) {
        return Map.of();
    }

    @Override
    public List<PeerState> peers(VgName vg) {
        return List.of();
    }

    @Override
    public HypervisorReading read() {
        return new HypervisorReading.Seen(List.of());
    }

    @Override
    public Optional<Map<String, String>> poolTargets() {
        return Optional.of(Map.of());
    }

    @Override
    public boolean suspend(DomainUuid domain) {
        return false;
    }

    @Override
    public void onChange(Runnable wake) {}

    @Override
    public String follow(String path) {
        return path;
    }

    @Override
    public Optional<LvUuid> deviceMapper(int minor) {
        return Optional.empty();
    }
}

package io.lockstep.simulator.plugin;

import io.grpc.StatusRuntimeException;
import io.lockstep.core.domain.DomainUuid;
import io.lockstep.core.domain.HypervisorReading;
import io.lockstep.core.port.DeviceChange;
import io.lockstep.core.port.Hypervisor;
import io.lockstep.simulator.v1.ChangeDiskRequest;
import io.lockstep.simulator.v1.ListPoolsRequest;
import io.lockstep.simulator.v1.ReadDomainsRequest;
import io.lockstep.simulator.v1.SuspendDomainRequest;
import io.lockstep.simulator.v1.WatchDomainsRequest;
import io.lockstep.simulator.v1.WatchDomainsResponse;
import io.lockstep.simulator.wire.Wire;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** libvirt of a simulated host. When the simulator is gone, libvirt is silent. */
final class RemoteHypervisor implements Hypervisor {

    /** More than the simulated libvirt's own limit of 10 s. */
    private static final Duration LIMIT = Duration.ofSeconds(15);

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Calls calls;
    private final String host;
    private final List<Thread> watchers = new CopyOnWriteArrayList<>();

    RemoteHypervisor(Calls calls, String host) {
        this.calls = calls;
        this.host = host;
    }

    @Override
    public HypervisorReading read() {
        try {
            return Wire.domains(calls.within(LIMIT)
                    .readDomains(ReadDomainsRequest.newBuilder().setHost(host).build()));
        } catch (StatusRuntimeException e) {
            return new HypervisorReading.Silent("the simulator does not answer: " + e.getStatus());
        }
    }

    @Override
    public Optional<Map<String, String>> poolTargets() {
        try {
            return Optional.of(calls.within(LIMIT)
                    .listPools(ListPoolsRequest.newBuilder().setHost(host).build())
                    .getTargetsMap());
        } catch (StatusRuntimeException e) {
            return Optional.empty();
        }
    }

    @Override
    public boolean suspend(DomainUuid domain) {
        try {
            return calls.within(LIMIT)
                    .suspendDomain(SuspendDomainRequest.newBuilder()
                            .setHost(host)
                            .setUuid(domain.toString())
                            .build())
                    .getSuspended();
        } catch (StatusRuntimeException e) {
            return false;
        }
    }

    @Override
    public DeviceChange attachDisk(DomainUuid domain, String diskXml, boolean persistent) {
        return change(request(domain, persistent).setAttach(diskXml));
    }

    @Override
    public DeviceChange detachDisk(DomainUuid domain, String disk, boolean persistent) {
        return change(request(domain, persistent).setDetach(disk));
    }

    private ChangeDiskRequest.Builder request(DomainUuid domain, boolean persistent) {
        return ChangeDiskRequest.newBuilder()
                .setHost(host)
                .setUuid(domain.toString())
                .setPersistent(persistent);
    }

    private DeviceChange change(ChangeDiskRequest.Builder request) {
        try {
            return Wire.change(calls.within(LIMIT).changeDisk(request.build()));
        } catch (StatusRuntimeException e) {
            return new DeviceChange.Unknown("the simulator does not answer: " + e.getStatus());
        }
    }

    /** Events that come while the stream is away are lost, as libvirt's are. */
    @Override
    public void onChange(Runnable wake) {
        // A virtual thread is a daemon: it keeps no process alive.
        watchers.add(Thread.ofVirtual().name("simulator-events").start(() -> watch(wake)));
    }

    private void watch(Runnable wake) {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                Iterator<WatchDomainsResponse> events = calls.forever()
                        .watchDomains(
                                WatchDomainsRequest.newBuilder().setHost(host).build());
                while (events.hasNext()) {
                    events.next();
                    wake.run();
                }
            } catch (StatusRuntimeException e) {
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(RETRY);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void close() {
        watchers.forEach(Thread::interrupt);
    }
}

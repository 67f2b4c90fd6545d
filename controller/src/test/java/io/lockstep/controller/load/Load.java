package io.lockstep.controller.load;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.lockstep.controller.load.Measure.Figures;
import io.lockstep.proto.v1.BeginRequest;
import io.lockstep.proto.v1.BeginResponse;
import io.lockstep.proto.v1.HandoverRef;
import io.lockstep.proto.v1.HandoverServiceGrpc;
import io.lockstep.proto.v1.Host;
import io.lockstep.proto.v1.HostServiceGrpc;
import io.lockstep.proto.v1.ListHandoversRequest;
import io.lockstep.proto.v1.ListHostsRequest;
import io.lockstep.proto.v1.RegisterHostRequest;
import io.lockstep.proto.v1.ReportRequest;
import io.lockstep.proto.v1.Side;
import io.lockstep.proto.v1.SideProgress;
import io.lockstep.proto.v1.SideReport;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One controller with so many hosts of 40 domains each, and 100 handovers in flight: how many {@code Begin}s a second it answers,
 * how long they take, what memory and processor time it needs.
 *
 * <p>Guarantees: each handover goes all the way, from {@code Begin} over the source's {@code Share} to the reports that close it,
 * with inventories after it as agents send them; {@link #check} says so. Each host has its own connection to the controller, and
 * the controller one to each host. Generator and controller share the machine.
 */
final class Load implements AutoCloseable {

    static final int DOMAINS = 40;
    static final int IN_FLIGHT = 100;
    static final int FEWEST_HOSTS = (IN_FLIGHT + DOMAINS - 1) / DOMAINS;

    private static final Duration HEARTBEAT = Duration.ofSeconds(5);
    private static final Duration CONNECTED_WITHIN = Duration.ofMinutes(2);
    private static final Duration LONGEST_CALL = Duration.ofMinutes(1);
    /** To ask for what is open has everything written first, and that may be a lot. */
    private static final Duration LONGEST_WRITE = Duration.ofMinutes(10);

    private final ControllerProcess controller;
    private final EventLoopGroup loops = new NioEventLoopGroup(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService hearts = Executors.newSingleThreadScheduledExecutor();
    private final List<LoadHost> hosts = new ArrayList<>();
    private final Map<String, ManagedChannel> channels = new HashMap<>();
    private final List<LoadDomain> domains = new ArrayList<>();
    private final AtomicInteger begun = new AtomicInteger();

    Load(Path application, String heap, Path directory, int count) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        controller = new ControllerProcess(application, heap, directory, port);
        try {
            for (int host = 0; host < count; host++) {
                hosts.add(host("hv-%03d".formatted(host), port));
            }
            awaitConnected(count);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private void awaitConnected(int count) {
        Instant until = Instant.now().plus(CONNECTED_WITHIN);
        for (long connected = connected(); connected < count; connected = connected()) {
            if (Instant.now().isAfter(until)) {
                throw new IllegalStateException("only " + connected + " of " + count + " hosts are connected after "
                        + CONNECTED_WITHIN.toSeconds() + " s");
            }
            pause(Duration.ofMillis(200));
        }
    }

    private LoadHost host(String name, int port) throws IOException {
        LoadHost host = new LoadHost(name, loops, threads);
        for (int domain = 0; domain < DOMAINS; domain++) {
            LoadDomain guest = LoadDomain.numbered(domains.size());
            domains.add(guest);
            host.runs(guest);
        }
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", port)
                .eventLoopGroup(loops)
                .channelType(NioSocketChannel.class)
                .executor(threads)
                .usePlaintext()
                .build();
        channels.put(name, channel);
        RegisterHostRequest registration = RegisterHostRequest.newBuilder()
                .setHost(name)
                .setEndpoint(host.endpoint())
                .setVersion("load")
                .setBootId("boot-1")
                .build();
        // As agents do it: both every five seconds.
        var _ = hearts.scheduleAtFixedRate(
                () -> {
                    var _ = HostServiceGrpc.newFutureStub(channel)
                            .withDeadlineAfter(LONGEST_CALL.toSeconds(), TimeUnit.SECONDS)
                            .registerHost(registration);
                    host.sends();
                },
                ThreadLocalRandom.current().nextLong(HEARTBEAT.toMillis()),
                HEARTBEAT.toMillis(),
                TimeUnit.MILLISECONDS);
        return host;
    }

    private long connected() {
        return HostServiceGrpc.newBlockingStub(channel(hosts.getFirst()))
                .withDeadlineAfter(LONGEST_CALL.toSeconds(), TimeUnit.SECONDS)
                .withMaxInboundMessageSize(Integer.MAX_VALUE)
                .listHosts(ListHostsRequest.getDefaultInstance())
                .getHostsList()
                .stream()
                .filter(h -> h.getState() == Host.State.STATE_CONNECTED)
                .count();
    }

    /** What the controller costs when nothing happens but heartbeats. */
    Figures atRest(Duration time) throws IOException, InterruptedException {
        Stopwatch watch = new Stopwatch(controller);
        pause(time);
        watch.stops();
        return watch.figures(new long[0], OptionalDouble.empty());
    }

    /** Keeps {@link #IN_FLIGHT} handovers going for so long, and each of them for that long. */
    Figures handovers(Duration time, Duration each) throws IOException, InterruptedException {
        ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
        Stopwatch watch = new Stopwatch(controller);
        Instant end = Instant.now().plus(time);
        List<Thread> workers = new ArrayList<>();
        for (int worker = 0; worker < IN_FLIGHT; worker++) {
            int first = worker;
            workers.add(Thread.ofVirtual().start(() -> {
                // Not all at the same moment.
                pause(each.multipliedBy(first).dividedBy(IN_FLIGHT));
                // Domains of its own, so that none is asked for before its last handover has closed.
                int own = domains.size() / IN_FLIGHT;
                for (int turn = 0; Instant.now().isBefore(end); turn++) {
                    try {
                        move(domains.get(first * own + turn % own), each, nanos);
                    } catch (RuntimeException e) {
                        failures.add(e.toString());
                        return;
                    }
                }
            }));
        }
        pause(Duration.between(Instant.now(), end));
        watch.stops();
        int inFlight = each.isZero() ? IN_FLIGHT : open();
        for (Thread worker : workers) {
            worker.join();
        }
        long before = System.nanoTime();
        int open = open();
        double behind = (System.nanoTime() - before) / 1e9;
        if (!failures.isEmpty()) {
            throw new IllegalStateException(failures.size() + " handovers failed, the first with " + failures.peek());
        }
        if (inFlight < IN_FLIGHT * 9 / 10) {
            throw new IllegalStateException("only " + inFlight + " handovers were in flight");
        }
        if (open > 0) {
            throw new IllegalStateException(open + " handovers never closed");
        }
        return watch.figures(nanos.stream().mapToLong(n -> n).sorted().toArray(), OptionalDouble.of(behind));
    }

    /** @throws IllegalStateException unless every Begin was a handover that its source has opened */
    void check() {
        int opened = hosts.stream().mapToInt(h -> h.opened.size()).sum();
        if (opened != begun.get() || !controller.alive()) {
            throw new IllegalStateException(begun + " Begins were answered, and sources opened " + opened);
        }
    }

    private int open() {
        return HandoverServiceGrpc.newBlockingStub(channel(hosts.getFirst()))
                .withDeadlineAfter(LONGEST_WRITE.toSeconds(), TimeUnit.SECONDS)
                .listHandovers(ListHandoversRequest.newBuilder()
                        .setOpenOnly(true)
                        .setLimit(10 * IN_FLIGHT)
                        .build())
                .getHandoversCount();
    }

    private void move(LoadDomain domain, Duration lasts, ConcurrentLinkedQueue<Long> nanos) {
        LoadHost source = hosts.stream().filter(h -> h.has(domain)).findFirst().orElseThrow();
        LoadHost target = hosts.get((hosts.indexOf(source) + 1) % hosts.size());
        BeginRequest request = BeginRequest.newBuilder()
                .setDomainUuid(domain.uuid())
                .setDomainName(domain.name())
                .setTarget(target.name)
                .addAllVolumes(domain.volumes())
                .setHandoverId(UUID.randomUUID().toString())
                .build();
        long asked = System.nanoTime();
        BeginResponse response = stub(target).begin(request);
        nanos.add(System.nanoTime() - asked);
        if (!response.hasOpened()) {
            throw new IllegalStateException(response.toString());
        }
        begun.incrementAndGet();
        HandoverRef ref = response.getOpened().getHandover();
        report(target, target.reports(ref, domain, Side.SIDE_TARGET, source.name, SideProgress.SIDE_PROGRESS_SHARED));
        pause(lasts);
        source.runsNoLonger(domain);
        target.runs(domain);
        report(source, source.reports(ref, domain, Side.SIDE_SOURCE, target.name, SideProgress.SIDE_PROGRESS_GONE));
        report(target, target.reports(ref, domain, Side.SIDE_TARGET, source.name, SideProgress.SIDE_PROGRESS_HOLDS));
        source.sends();
        target.sends();
        source.forgets(ref);
        target.forgets(ref);
    }

    private ManagedChannel channel(LoadHost host) {
        return Objects.requireNonNull(channels.get(host.name));
    }

    private HandoverServiceGrpc.HandoverServiceBlockingStub stub(LoadHost host) {
        return HandoverServiceGrpc.newBlockingStub(channel(host))
                .withDeadlineAfter(LONGEST_CALL.toSeconds(), TimeUnit.SECONDS);
    }

    private void report(LoadHost host, SideReport report) {
        var _ = stub(host).report(ReportRequest.newBuilder().setReport(report).build());
    }

    static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        hearts.shutdownNow();
        hosts.forEach(LoadHost::close);
        channels.values().forEach(ManagedChannel::shutdownNow);
        controller.close();
        threads.shutdownNow();
        var _ = loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}

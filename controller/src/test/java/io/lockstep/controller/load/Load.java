package io.lockstep.controller.load;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.lockstep.proto.v1.BeginRequest;
import io.lockstep.proto.v1.BeginResponse;
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
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One controller with 10, 100 and 500 hosts of 40 domains each, and 100 handovers in flight: how many {@code Begin}s a second it
 * answers, how long they take, what memory and processor time it needs. Generator and controller share the machine.
 */
public final class Load implements AutoCloseable {

    private static final int DOMAINS = 40;
    private static final int IN_FLIGHT = 100;
    private static final Duration HEARTBEAT = Duration.ofSeconds(5);

    /** A migration's memory takes time; these ones last as long as this before their source lets go. */
    private static final Duration MIGRATION = Duration.ofSeconds(10);

    private final ControllerProcess controller;
    private final ManagedChannel channel;
    private final EventLoopGroup loops = new NioEventLoopGroup(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService hearts = Executors.newSingleThreadScheduledExecutor();
    private final List<Future<?>> beats = new ArrayList<>();
    private final List<LoadHost> hosts = new ArrayList<>();
    private final List<LoadDomain> domains = new ArrayList<>();

    /** @param arguments the controller's directory, its heap, the seconds of each part, then numbers of hosts */
    public static void main(String[] arguments) throws Exception {
        Path application = Path.of(arguments[0]);
        Duration part = Duration.ofSeconds(Long.parseLong(arguments[2]));
        System.out.printf(
                Locale.ROOT,
                "heap %s, %d domains a host, %d handovers in flight, %d s a part; times in ms%n%n",
                arguments[1],
                DOMAINS,
                IN_FLIGHT,
                part.toSeconds());
        System.out.println("          at rest         handovers of " + MIGRATION.toSeconds()
                + " s                   as many as it takes");
        System.out.println(
                "  hosts   CPU     MB      Begin/s  median     99 %   CPU     MB     Begin/s  median     99 %"
                        + "   CPU     MB  peak MB");
        for (int i = 3; i < arguments.length; i++) {
            Path directory = Files.createTempDirectory("load");
            try (Load load = new Load(application, arguments[1], directory, Integer.parseInt(arguments[i]))) {
                System.out.println(load.row(part));
            }
        }
    }

    private Load(Path application, String heap, Path directory, int count) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        controller = new ControllerProcess(application, heap, directory, port);
        channel =
                NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
        for (int host = 0; host < count; host++) {
            LoadHost each = new LoadHost("hv-%03d".formatted(host), loops, threads);
            for (int domain = 0; domain < DOMAINS; domain++) {
                LoadDomain guest = LoadDomain.numbered(domains.size());
                domains.add(guest);
                each.runs(guest);
            }
            hosts.add(each);
            HostServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(30, TimeUnit.SECONDS)
                    .registerHost(RegisterHostRequest.newBuilder()
                            .setHost(each.name)
                            .setEndpoint(each.endpoint())
                            .setVersion("load")
                            .setBootId("boot-1")
                            .build());
            beats.add(hearts.scheduleAtFixedRate(
                    each::sends,
                    ThreadLocalRandom.current().nextLong(HEARTBEAT.toMillis()),
                    HEARTBEAT.toMillis(),
                    TimeUnit.MILLISECONDS));
        }
        Instant until = Instant.now().plusSeconds(60);
        while (connected() < count) {
            if (Instant.now().isAfter(until)) {
                throw new IOException("only " + connected() + " of " + count + " hosts are connected");
            }
            pause(Duration.ofMillis(200));
        }
    }

    private long connected() {
        return HostServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(30, TimeUnit.SECONDS)
                .withMaxInboundMessageSize(Integer.MAX_VALUE)
                .listHosts(ListHostsRequest.getDefaultInstance())
                .getHostsList()
                .stream()
                .filter(h -> h.getState() == Host.State.STATE_CONNECTED)
                .count();
    }

    private String row(Duration part) throws InterruptedException {
        pause(part.dividedBy(2));
        double before = controller.cpuSeconds();
        pause(part);
        String rest = "%7d %4.0f %% %6d"
                .formatted(
                        hosts.size(),
                        100 * (controller.cpuSeconds() - before) / part.toSeconds(),
                        controller.megabytes("VmRSS"));
        // Once for the compiler.
        handovers(part.dividedBy(2), Duration.ZERO);
        String paced = handovers(part.multipliedBy(2), MIGRATION).toString();
        String full = handovers(part, Duration.ZERO).toString();
        int open = HandoverServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(30, TimeUnit.SECONDS)
                .listHandovers(
                        ListHandoversRequest.newBuilder().setOpenOnly(true).build())
                .getHandoversCount();
        if (open > 0 || !controller.alive()) {
            throw new IllegalStateException(open + " handovers never closed");
        }
        return "%s   %s   %s   %6d".formatted(rest, paced, full, controller.megabytes("VmHWM"));
    }

    private record Figures(double rate, double median, double worst, double cpu, long megabytes) {
        @Override
        public String toString() {
            return "%10.1f %7.1f %8.1f %4.0f %% %6d".formatted(rate, median, worst, 100 * cpu, megabytes);
        }
    }

    /** Keeps {@link #IN_FLIGHT} handovers going for so long, and each of them for that long. */
    private Figures handovers(Duration time, Duration each) throws InterruptedException {
        ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();
        AtomicInteger refused = new AtomicInteger();
        double cpu = controller.cpuSeconds();
        Instant began = Instant.now();
        Instant end = began.plus(time);
        List<Thread> workers = new ArrayList<>();
        for (int worker = 0; worker < IN_FLIGHT; worker++) {
            int first = worker;
            workers.add(Thread.ofVirtual().start(() -> {
                // Not all at the same moment.
                pause(each.multipliedBy(first).dividedBy(IN_FLIGHT));
                for (int turn = 0; Instant.now().isBefore(end); turn++) {
                    // Domains of its own, so that none is asked for before its last handover has closed.
                    int own = domains.size() / IN_FLIGHT;
                    move(domains.get(first * own + turn % own), each, nanos, refused);
                }
            }));
        }
        for (Thread worker : workers) {
            worker.join();
        }
        double seconds = Duration.between(began, Instant.now()).toMillis() / 1000.0;
        if (refused.get() > 0) {
            throw new IllegalStateException(refused + " Begins were refused");
        }
        long[] sorted = nanos.stream().mapToLong(n -> n).sorted().toArray();
        return new Figures(
                sorted.length / seconds,
                sorted[sorted.length / 2] / 1e6,
                sorted[(int) (sorted.length * 0.99)] / 1e6,
                (controller.cpuSeconds() - cpu) / seconds,
                controller.megabytes("VmRSS"));
    }

    private void move(LoadDomain domain, Duration lasts, ConcurrentLinkedQueue<Long> nanos, AtomicInteger refused) {
        LoadHost source = hosts.stream().filter(h -> h.has(domain)).findFirst().orElseThrow();
        LoadHost target = hosts.get((hosts.indexOf(source) + 1) % hosts.size());
        long asked = System.nanoTime();
        BeginResponse response = stub().begin(BeginRequest.newBuilder()
                .setDomainUuid(domain.uuid())
                .setDomainName(domain.name())
                .setTarget(target.name)
                .addAllVolumes(domain.volumes())
                .build());
        if (!response.hasOpened()) {
            System.err.println(response);
            refused.incrementAndGet();
            return;
        }
        nanos.add(System.nanoTime() - asked);
        var ref = response.getOpened().getHandover();
        report(target.reports(ref, domain, Side.SIDE_TARGET, source.name, SideProgress.SIDE_PROGRESS_SHARED));
        pause(lasts);
        source.runsNoLonger(domain);
        target.runs(domain);
        report(source.reports(ref, domain, Side.SIDE_SOURCE, target.name, SideProgress.SIDE_PROGRESS_GONE));
        report(target.reports(ref, domain, Side.SIDE_TARGET, source.name, SideProgress.SIDE_PROGRESS_HOLDS));
        source.sends();
        target.sends();
        source.forgets(ref);
        target.forgets(ref);
    }

    private HandoverServiceGrpc.HandoverServiceBlockingStub stub() {
        return HandoverServiceGrpc.newBlockingStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS);
    }

    private void report(SideReport report) {
        var _ = stub().report(ReportRequest.newBuilder().setReport(report).build());
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
        beats.forEach(b -> b.cancel(false));
        hearts.shutdownNow();
        hosts.forEach(LoadHost::close);
        channel.shutdownNow();
        controller.close();
        threads.shutdownNow();
        var _ = loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}

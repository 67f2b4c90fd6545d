package io.lockstep.cli.fake;

import com.google.protobuf.Timestamp;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.lockstep.proto.convert.Protos;
import io.lockstep.proto.v1.Alarm;
import io.lockstep.proto.v1.GetHandoverResponse;
import io.lockstep.proto.v1.Handover;
import io.lockstep.proto.v1.Holding;
import io.lockstep.proto.v1.ManualAction;
import io.lockstep.proto.v1.Volume;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A controller and agents on loopback ports of their own, speaking the real protocol. */
public final class FakeCluster implements AutoCloseable {

    /** What the clock of every test says. */
    public static final Instant NOW = Instant.parse("2025-06-01T12:00:00Z");

    private final Map<String, FakeAgent> agents = new LinkedHashMap<>();
    private final Map<String, Server> servers = new LinkedHashMap<>();
    private final Map<String, String> endpoints = new LinkedHashMap<>();
    private final Map<String, Timestamp> lost = new LinkedHashMap<>();
    private final List<Handover> handovers = new ArrayList<>();
    private final List<Handover> changes = new ArrayList<>();
    private final List<Alarm> alarms = new ArrayList<>();
    private final List<ManualAction> actions = new ArrayList<>();
    private final List<Holding> holdings = new ArrayList<>();
    private final List<String> requests = new ArrayList<>();
    private final Map<String, GetHandoverResponse> timelines = new LinkedHashMap<>();
    private final Optional<SslContext> tls;
    private boolean refusesPeople;

    public FakeCluster() {
        this(Optional.empty());
    }

    public FakeCluster(Optional<SslContext> tls) {
        this.tls = tls;
        serve("controller", new FakeController(this).services());
    }

    public static Timestamp ago(long seconds) {
        return Protos.time(NOW.minusSeconds(seconds));
    }

    public static Volume volume(String name, int number) {
        int slash = name.indexOf('/');
        return Volume.newBuilder()
                .setVg(name.substring(0, slash))
                .setLv(name.substring(slash + 1))
                .setUuid("AAAAAA-BBBB-CCCC-DDDD-EEEE-FFFF-%06d".formatted(number))
                .build();
    }

    static boolean same(Volume one, Volume other) {
        return one.getVg().equals(other.getVg())
                && one.getLv().equals(other.getLv())
                && (one.getUuid().isEmpty()
                        || other.getUuid().isEmpty()
                        || one.getUuid().equals(other.getUuid()));
    }

    public FakeAgent host(String name) {
        FakeAgent agent = new FakeAgent(this, name);
        agents.put(name, agent);
        serve(name, agent.services());
        return agent;
    }

    /** The controller has lost its stream, and the agent is not there. */
    public void lose(String host, long secondsAgo) {
        lost.put(host, ago(secondsAgo));
        stop(host);
    }

    public void stop(String who) {
        Server server = servers.get(who);
        server.shutdownNow();
        try {
            server.awaitTermination();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public void opens(Handover handover) {
        handovers.add(handover);
    }

    public void records(GetHandoverResponse timeline) {
        handovers.add(timeline.getHandover());
        timelines.put(timeline.getHandover().getRef().getId(), timeline);
    }

    /** Seen by a watch, after which it ends. */
    public void changes(Handover handover) {
        changes.add(handover);
    }

    public void alarm(Alarm alarm) {
        alarms.add(alarm);
    }

    /** The latest is to come first. */
    public void action(ManualAction action) {
        actions.add(action);
    }

    public void holding(Holding holding) {
        holdings.add(holding);
    }

    /** What people asked of the controller itself. */
    public List<String> requests() {
        return requests;
    }

    /** Every agent finds that the certificate's role is too low. */
    public void refusePeople() {
        refusesPeople = true;
    }

    public FakeAgent agent(String host) {
        return agents.get(host);
    }

    public String endpoint(String who) {
        return endpoints.get(who);
    }

    /** The ports of this run, replaced by the names that they stand for. */
    public String readable(String text) {
        String readable = text;
        for (Map.Entry<String, String> each : endpoints.entrySet()) {
            readable = readable.replace(each.getValue(), each.getKey() + ":7600");
        }
        return readable;
    }

    boolean refusesPeople() {
        return refusesPeople;
    }

    void forget(String host) {
        agents.remove(host);
    }

    Collection<FakeAgent> agents() {
        return agents.values();
    }

    Optional<Timestamp> lost(String host) {
        return Optional.ofNullable(lost.get(host));
    }

    List<Handover> handovers() {
        return handovers;
    }

    List<Handover> changes() {
        return changes;
    }

    List<ManualAction> actions() {
        return actions;
    }

    List<Holding> holdings() {
        return holdings;
    }

    List<Alarm> alarms() {
        return alarms;
    }

    Optional<GetHandoverResponse> timeline(String id) {
        return Optional.ofNullable(timelines.get(id));
    }

    private void serve(String who, List<BindableService> services) {
        NettyServerBuilder builder =
                NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        tls.ifPresent(builder::sslContext);
        services.forEach(builder::addService);
        try {
            Server server = builder.build().start();
            servers.put(who, server);
            endpoints.put(who, "localhost:" + server.getPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        servers.keySet().forEach(this::stop);
    }
}

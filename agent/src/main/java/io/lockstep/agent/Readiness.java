package io.lockstep.agent;

import io.lockstep.agent.lane.Lanes;
import io.lockstep.agent.libvirt.DomainWatch;
import io.lockstep.agent.state.StateStore;
import io.lockstep.core.volume.LockspaceState;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jboss.logging.Logger;

/** What keeps this host from being ready, in words for the probes, the inventory and the log. */
final class Readiness {

    private static final Logger LOG = Logger.getLogger(Readiness.class);

    private final StateStore state;
    private final Lanes lanes;
    private final DomainWatch watch;
    private volatile Set<String> told = Set.of();

    Readiness(StateStore state, Lanes lanes, DomainWatch watch) {
        this.state = state;
        this.lanes = lanes;
        this.watch = watch;
    }

    /** What a start of guests would have to wait for: groups that could not be read, and lockspaces that are not live. */
    List<String> notLive() {
        List<String> missing = new ArrayList<>(lanes.problem().stream().toList());
        lanes.all().stream()
                .filter(l -> !(l.reading().lockspace() instanceof LockspaceState.Live))
                .forEach(l -> missing.add("the lockspace of " + l.vg()));
        return missing;
    }

    List<String> problems() {
        List<String> problems = new ArrayList<>();
        state.problem().ifPresent(problems::add);
        lanes.problem().ifPresent(problems::add);
        lanes.all().forEach(l -> l.problem().ifPresent(problems::add));
        watch.silence().map(s -> "libvirt: " + s).ifPresent(problems::add);
        return problems;
    }

    /** Writes each problem into the log once when it comes, and once when it is over. */
    void tell() {
        Set<String> now = Set.copyOf(problems());
        Set<String> before = told;
        told = now;
        now.stream().filter(p -> !before.contains(p)).sorted().forEach(p -> LOG.warnf("not ready: %s", p));
        before.stream().filter(p -> !now.contains(p)).sorted().forEach(p -> LOG.infof("over: %s", p));
    }
}

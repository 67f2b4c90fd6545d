package io.lockstep.controller.handover;

import static io.lockstep.controller.fake.Samples.A;
import static io.lockstep.controller.fake.Samples.B;
import static io.lockstep.controller.fake.Samples.C;
import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.controller.fake.FakeAgent;
import io.lockstep.controller.fake.FakeCluster;
import io.lockstep.controller.handover.BeginOutcome.Code;
import java.time.Duration;

/** Three hosts of which every one is connected, and a controller that is past its start. */
abstract class BeginFixture {

    final FakeCluster cluster = new FakeCluster();
    final FakeAgent a = cluster.host(A);
    final FakeAgent b = cluster.host(B);
    final FakeAgent c = cluster.host(C);

    BeginFixture() {
        cluster.settled();
    }

    BeginOutcome.Opened opened(BeginOutcome outcome) {
        assertThat(outcome).isInstanceOf(BeginOutcome.Opened.class);
        return (BeginOutcome.Opened) outcome;
    }

    BeginOutcome.Refused refused(BeginOutcome outcome, Code code) {
        assertThat(outcome).isInstanceOf(BeginOutcome.Refused.class);
        BeginOutcome.Refused refused = (BeginOutcome.Refused) outcome;
        assertThat(refused.code()).isEqualTo(code);
        return refused;
    }

    /** As long as time passes, every agent sends its inventory every five seconds. */
    static void heartbeats(FakeCluster of) {
        of.time.after(Duration.ofSeconds(5), () -> {
            of.agents.values().forEach(FakeAgent::sends);
            heartbeats(of);
        });
    }
}

package io.lockstep.agent.state;

import io.lockstep.core.volume.Generation;

/** When a volume became ours: in an older boot or lockspace generation it was another lock, and that one is gone. */
public record Acquisition(String bootId, Generation generation) {}

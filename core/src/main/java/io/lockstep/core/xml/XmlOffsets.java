package io.lockstep.core.xml;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Where the elements of a document stand in its text, by the number of their start tag.
 *
 * <p>It knows no more than where tags begin and end, and that suffices only because the text has been read as a well-formed
 * document without a DOCTYPE before.
 */
public final class XmlOffsets {

    /**
     * The place of one element; ends are exclusive.
     *
     * @param startTagEnd equal to {@code end} for an element without an end tag
     */
    public record Place(int start, int startTagEnd, int end) {

        public boolean hasEndTag() {
            return startTagEnd != end;
        }
    }

    private final String text;
    private final List<Place> places = new ArrayList<>();

    private XmlOffsets(String text) {
        this.text = text;
    }

    public static XmlOffsets of(XmlDocument document) {
        XmlOffsets offsets = new XmlOffsets(document.text());
        offsets.scan();
        return offsets;
    }

    public Place of(XmlElement element) {
        return places.get(element.ordinal());
    }

    private void scan() {
        Deque<Integer> open = new ArrayDeque<>();
        int at = text.indexOf('<');
        while (at >= 0) {
            int end;
            if (text.startsWith("<!--", at)) {
                end = after("-->", at + 4);
            } else if (text.startsWith("<![CDATA[", at)) {
                end = after("]]>", at);
            } else if (text.startsWith("<?", at)) {
                end = after("?>", at);
            } else if (text.startsWith("</", at)) {
                end = after(">", at);
                int element = open.pop();
                Place place = places.get(element);
                places.set(element, new Place(place.start(), place.startTagEnd(), end));
            } else {
                end = tagEnd(at);
                if (text.charAt(end - 2) != '/') {
                    open.push(places.size());
                }
                places.add(new Place(at, end, end));
            }
            at = text.indexOf('<', end);
        }
    }

    /** The end of a start tag: the first {@code >} outside quotes. */
    private int tagEnd(int from) {
        int at = from;
        char c = text.charAt(at);
        while (c != '>') {
            if (c == '"' || c == '\'') {
                at = text.indexOf(c, at + 1);
            }
            c = text.charAt(++at);
        }
        return at + 1;
    }

    private int after(String mark, int from) {
        return text.indexOf(mark, from) + mark.length();
    }
}

package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"os"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/proto/waMmsRetry"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"
	"google.golang.org/protobuf/proto"
)

func describeMedia(message *waE2E.Message) fields {
	switch {
	case message.ImageMessage != nil:
		image := message.ImageMessage
		return merge(fileFields(image, image.GetFileLength(), image.GetMimetype()), fields{
			"kind": "image", "text": image.GetCaption(), "width": image.GetWidth(), "height": image.GetHeight(),
			"thumbnail_size": len(image.GetJPEGThumbnail()), "view_once": image.GetViewOnce()})
	case message.VideoMessage != nil:
		return describeVideo(message.VideoMessage, "video")
	case message.PtvMessage != nil:
		return describeVideo(message.PtvMessage, "video_note")
	case message.AudioMessage != nil:
		audio := message.AudioMessage
		kind := "audio"
		if audio.GetPTT() {
			kind = "voice_note"
		}
		return merge(fileFields(audio, audio.GetFileLength(), audio.GetMimetype()), fields{
			"kind": kind, "seconds": audio.GetSeconds(), "waveform": audio.GetWaveform(), "view_once": audio.GetViewOnce()})
	case message.DocumentMessage != nil:
		document := message.DocumentMessage
		return merge(fileFields(document, document.GetFileLength(), document.GetMimetype()), fields{
			"kind": "document", "text": document.GetCaption(), "file_name": document.GetFileName(), "title": document.GetTitle(),
			"pages": document.GetPageCount(), "thumbnail_size": len(document.GetJPEGThumbnail())})
	case message.StickerMessage != nil:
		sticker := message.StickerMessage
		return merge(fileFields(sticker, sticker.GetFileLength(), sticker.GetMimetype()), fields{
			"kind": "sticker", "animated": sticker.GetIsAnimated(), "width": sticker.GetWidth(), "height": sticker.GetHeight()})
	}
	return nil
}

func describeVideo(video *waE2E.VideoMessage, kind string) fields {
	if video.GetGifPlayback() {
		kind = "gif"
	}
	return merge(fileFields(video, video.GetFileLength(), video.GetMimetype()), fields{
		"kind": kind, "text": video.GetCaption(), "width": video.GetWidth(), "height": video.GetHeight(),
		"seconds": video.GetSeconds(), "thumbnail_size": len(video.GetJPEGThumbnail()), "view_once": video.GetViewOnce()})
}

func fileFields(media whatsmeow.DownloadableMessage, size uint64, mimeType string) fields {
	return fields{
		"mime_type": mimeType, "size": size, "sha256": hex.EncodeToString(media.GetFileSHA256()),
		"direct_path": media.GetDirectPath(), "media_key": media.GetMediaKey()}
}

// downloadable is the file that a message carries.
func downloadable(message *waE2E.Message) whatsmeow.DownloadableMessage {
	inner, _ := unwrapped(message)
	switch {
	case inner.ImageMessage != nil:
		return inner.ImageMessage
	case inner.VideoMessage != nil:
		return inner.VideoMessage
	case inner.PtvMessage != nil:
		return inner.PtvMessage
	case inner.AudioMessage != nil:
		return inner.AudioMessage
	case inner.DocumentMessage != nil:
		return inner.DocumentMessage
	case inner.StickerMessage != nil:
		return inner.StickerMessage
	}
	return nil
}

type downloadRequest struct {
	ID    string `json:"id"`
	File  string `json:"file"`  // where to keep it; optional
	Retry bool   `json:"retry"` // ask the phone to upload it again when it is gone
}

func (p *peer) download(ctx context.Context, request downloadRequest) (any, error) {
	client, err := p.online()
	if err != nil {
		return nil, err
	}
	found := p.archive.find(request.ID)
	if found == nil {
		return nil, refusal{http.StatusNotFound, "no such message"}
	}
	media := downloadable(found.message)
	if media == nil {
		return nil, refusal{http.StatusUnprocessableEntity, "no media in this message"}
	}
	data, err := client.Download(ctx, media)
	gone := errors.Is(err, whatsmeow.ErrMediaDownloadFailedWith403) || errors.Is(err, whatsmeow.ErrMediaDownloadFailedWith404) ||
		errors.Is(err, whatsmeow.ErrMediaDownloadFailedWith410)
	if gone && request.Retry {
		data, err = p.downloadAgain(ctx, client, found, media)
	}
	if err != nil {
		return nil, err
	}
	if request.File != "" {
		if err := os.WriteFile(request.File, data, 0o600); err != nil {
			return nil, err
		}
	}
	sum := sha256.Sum256(data)
	return fields{"sha256": hex.EncodeToString(sum[:]), "size": len(data)}, nil
}

// downloadAgain asks the sender's phone, through the own one, to upload the file again, and takes it from there.
func (p *peer) downloadAgain(ctx context.Context, client *whatsmeow.Client, from *stored, media whatsmeow.DownloadableMessage) ([]byte, error) {
	arrived := make(chan *events.MediaRetry, 1)
	p.mutex.Lock()
	p.retried[from.ID] = arrived
	p.mutex.Unlock()
	info := types.MessageInfo{ID: from.ID, MessageSource: types.MessageSource{
		Chat: from.chat, Sender: from.sender, IsFromMe: from.FromMe, IsGroup: from.chat.Server == types.GroupServer}}
	if err := client.SendMediaRetryReceipt(ctx, &info, media.GetMediaKey()); err != nil {
		return nil, err
	}
	select {
	case answer := <-arrived:
		notification, err := whatsmeow.DecryptMediaRetryNotification(answer, media.GetMediaKey())
		if err != nil {
			return nil, err
		}
		if notification.GetResult() != waMmsRetry.MediaRetryNotification_SUCCESS {
			return nil, errors.New("uploading again ended with " + notification.GetResult().String())
		}
		kind := whatsmeow.GetMediaType(media)
		return client.DownloadMediaWithPath(ctx, notification.GetDirectPath(), media.GetFileEncSHA256(), media.GetFileSHA256(),
			media.GetMediaKey(), -1, kind, "")
	case <-time.After(patience / 2):
		return nil, errors.New("nobody uploaded it again")
	}
}

func (p *peer) mediaRetried(event *events.MediaRetry) {
	p.mutex.Lock()
	waiting := p.retried[event.MessageID]
	delete(p.retried, event.MessageID)
	p.mutex.Unlock()
	if waiting != nil {
		waiting <- event
	}
}

var mediaTypes = map[string]whatsmeow.MediaType{
	"image": whatsmeow.MediaImage, "sticker": whatsmeow.MediaImage, "video": whatsmeow.MediaVideo, "gif": whatsmeow.MediaVideo,
	"video_note": whatsmeow.MediaVideo, "audio": whatsmeow.MediaAudio, "voice_note": whatsmeow.MediaAudio,
	"document": whatsmeow.MediaDocument,
}

var defaultMimeTypes = map[string]string{
	"image": "image/jpeg", "sticker": "image/webp", "video": "video/mp4", "gif": "video/mp4", "video_note": "video/mp4",
	"audio": "audio/mp4", "voice_note": "audio/ogg; codecs=opus", "document": "application/octet-stream",
}

// mediaMessage uploads the file of a send request and makes the message for it.
func mediaMessage(ctx context.Context, client *whatsmeow.Client, request *sendRequest) (*waE2E.Message, error) {
	data := request.Data
	if request.File != "" {
		var err error
		if data, err = os.ReadFile(request.File); err != nil {
			return nil, refusal{http.StatusUnprocessableEntity, err.Error()}
		}
	}
	up, err := client.Upload(ctx, data, mediaTypes[request.Kind])
	if err != nil {
		return nil, err
	}
	mimeType := request.MimeType
	if mimeType == "" {
		mimeType = defaultMimeTypes[request.Kind]
	}
	caption := optional(request.Text)
	keyTime := proto.Int64(time.Now().Unix())
	switch request.Kind {
	case "image":
		return &waE2E.Message{ImageMessage: &waE2E.ImageMessage{
			URL: &up.URL, DirectPath: &up.DirectPath, MediaKey: up.MediaKey, FileEncSHA256: up.FileEncSHA256, FileSHA256: up.FileSHA256,
			FileLength: &up.FileLength, MediaKeyTimestamp: keyTime, Mimetype: &mimeType, Caption: caption,
			Width: positive(request.Width), Height: positive(request.Height), JPEGThumbnail: request.Thumbnail}}, nil
	case "sticker":
		return &waE2E.Message{StickerMessage: &waE2E.StickerMessage{
			URL: &up.URL, DirectPath: &up.DirectPath, MediaKey: up.MediaKey, FileEncSHA256: up.FileEncSHA256, FileSHA256: up.FileSHA256,
			FileLength: &up.FileLength, MediaKeyTimestamp: keyTime, Mimetype: &mimeType, IsAnimated: &request.Animated,
			Width: positive(request.Width), Height: positive(request.Height)}}, nil
	case "audio", "voice_note":
		return &waE2E.Message{AudioMessage: &waE2E.AudioMessage{
			URL: &up.URL, DirectPath: &up.DirectPath, MediaKey: up.MediaKey, FileEncSHA256: up.FileEncSHA256, FileSHA256: up.FileSHA256,
			FileLength: &up.FileLength, MediaKeyTimestamp: keyTime, Mimetype: &mimeType, Seconds: positive(request.Seconds),
			PTT: proto.Bool(request.Kind == "voice_note"), Waveform: request.Waveform}}, nil
	case "document":
		document := &waE2E.DocumentMessage{
			URL: &up.URL, DirectPath: &up.DirectPath, MediaKey: up.MediaKey, FileEncSHA256: up.FileEncSHA256, FileSHA256: up.FileSHA256,
			FileLength: &up.FileLength, MediaKeyTimestamp: keyTime, Mimetype: &mimeType, Caption: caption,
			FileName: optional(request.FileName), Title: optional(request.FileName), JPEGThumbnail: request.Thumbnail}
		if caption == nil {
			return &waE2E.Message{DocumentMessage: document}, nil
		}
		return &waE2E.Message{DocumentWithCaptionMessage: &waE2E.FutureProofMessage{Message: &waE2E.Message{DocumentMessage: document}}}, nil
	}
	video := &waE2E.VideoMessage{
		URL: &up.URL, DirectPath: &up.DirectPath, MediaKey: up.MediaKey, FileEncSHA256: up.FileEncSHA256, FileSHA256: up.FileSHA256,
		FileLength: &up.FileLength, MediaKeyTimestamp: keyTime, Mimetype: &mimeType, Caption: caption,
		Width: positive(request.Width), Height: positive(request.Height), Seconds: positive(request.Seconds),
		JPEGThumbnail: request.Thumbnail}
	if request.Kind == "video_note" {
		return &waE2E.Message{PtvMessage: video}, nil
	}
	video.GifPlayback = proto.Bool(request.Kind == "gif")
	return &waE2E.Message{VideoMessage: video}, nil
}

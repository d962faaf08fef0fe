package main

import (
	"context"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"
)

func members(list []types.GroupParticipant) []fields {
	shown := []fields{}
	for _, member := range list {
		role := "member"
		if member.IsSuperAdmin {
			role = "superadmin"
		} else if member.IsAdmin {
			role = "admin"
		}
		entry := fields{"jid": member.JID.String(), "pn": jidText(&member.PhoneNumber), "lid": jidText(&member.LID), "role": role}
		if member.Error != 0 {
			entry["error"] = member.Error
		}
		shown = append(shown, entry)
	}
	return shown
}

func groupFields(group *types.GroupInfo) fields {
	return fields{
		"group": group.JID.String(), "subject": group.Name, "description": group.Topic, "owner": jidText(&group.OwnerJID),
		"announce": group.IsAnnounce, "locked": group.IsLocked, "expiration": group.DisappearingTimer,
		"join_approval": group.IsJoinApprovalRequired, "addressing": string(group.AddressingMode),
		"member_add": string(group.MemberAddMode), "created": unix(group.GroupCreated), "participants": members(group.Participants)}
}

func groupChange(change *events.GroupInfo) fields {
	data := fields{"group": change.JID.String(), "author": jidText(change.Sender)}
	if change.Name != nil {
		data["subject"] = change.Name.Name
	}
	if change.Topic != nil {
		data["description"] = change.Topic.Topic
	}
	if change.Locked != nil {
		data["locked"] = change.Locked.IsLocked
	}
	if change.Announce != nil {
		data["announce"] = change.Announce.IsAnnounce
	}
	if change.Ephemeral != nil {
		data["expiration"] = change.Ephemeral.DisappearingTimer
	}
	if change.MembershipApprovalMode != nil {
		data["join_approval"] = change.MembershipApprovalMode.IsJoinApprovalRequired
	}
	if change.NewInviteLink != nil {
		data["invite_link"] = *change.NewInviteLink
	}
	if change.Delete != nil {
		data["deleted"] = true
	}
	changed := map[string][]types.JID{"add": change.Join, "remove": change.Leave, "promote": change.Promote, "demote": change.Demote}
	for action, list := range changed {
		if len(list) > 0 {
			data[action] = jids(list)
		}
	}
	return data
}

type groupRequest struct {
	Group        string   `json:"group"`
	Subject      string   `json:"subject"`
	Participants []string `json:"participants"`
	Action       string   `json:"action"`
	Description  string   `json:"description"`
	Code         string   `json:"code"`
	Reset        bool     `json:"reset"`
	Picture      []byte   `json:"picture"`
	Announce     *bool    `json:"announce"`
	Locked       *bool    `json:"locked"`
	JoinApproval *bool    `json:"join_approval"`
	Expiration   *uint32  `json:"expiration"` // seconds
	MemberAdd    string   `json:"member_add"` // admin_add, all_member_add
}

type groupCall func(context.Context, *whatsmeow.Client, types.JID, groupRequest) (any, error)

func createGroup(ctx context.Context, client *whatsmeow.Client, _ types.JID, request groupRequest) (any, error) {
	who, err := jidsOf(request.Participants)
	if err != nil {
		return nil, err
	}
	group, err := client.CreateGroup(ctx, whatsmeow.ReqCreateGroup{Name: request.Subject, Participants: who})
	if err != nil {
		return nil, err
	}
	return groupFields(group), nil
}

func listGroups(ctx context.Context, client *whatsmeow.Client, _ types.JID, _ groupRequest) (any, error) {
	groups, err := client.GetJoinedGroups(ctx)
	shown := []fields{}
	for _, group := range groups {
		shown = append(shown, groupFields(group))
	}
	return shown, err
}

func showGroup(ctx context.Context, client *whatsmeow.Client, group types.JID, _ groupRequest) (any, error) {
	info, err := client.GetGroupInfo(ctx, group)
	if err != nil {
		return nil, err
	}
	return groupFields(info), nil
}

func changeMembers(ctx context.Context, client *whatsmeow.Client, group types.JID, request groupRequest) (any, error) {
	who, err := jidsOf(request.Participants)
	if err != nil {
		return nil, err
	}
	changed, err := client.UpdateGroupParticipants(ctx, group, who, whatsmeow.ParticipantChange(request.Action))
	return fields{"participants": members(changed)}, err
}

func changeSettings(ctx context.Context, client *whatsmeow.Client, group types.JID, request groupRequest) (any, error) {
	steps := []func() error{}
	if request.Subject != "" {
		steps = append(steps, func() error { return client.SetGroupName(ctx, group, request.Subject) })
	}
	if request.Description != "" {
		steps = append(steps, func() error { return client.SetGroupTopic(ctx, group, "", "", request.Description) })
	}
	if request.Announce != nil {
		steps = append(steps, func() error { return client.SetGroupAnnounce(ctx, group, *request.Announce) })
	}
	if request.Locked != nil {
		steps = append(steps, func() error { return client.SetGroupLocked(ctx, group, *request.Locked) })
	}
	if request.JoinApproval != nil {
		steps = append(steps, func() error { return client.SetGroupJoinApprovalMode(ctx, group, *request.JoinApproval) })
	}
	if request.MemberAdd != "" {
		mode := types.GroupMemberAddMode(request.MemberAdd)
		steps = append(steps, func() error { return client.SetGroupMemberAddMode(ctx, group, mode) })
	}
	if request.Expiration != nil {
		timer := time.Duration(*request.Expiration) * time.Second
		steps = append(steps, func() error { return client.SetDisappearingTimer(ctx, group, timer, time.Now()) })
	}
	if len(request.Picture) > 0 {
		steps = append(steps, func() error {
			_, err := client.SetGroupPhoto(ctx, group, request.Picture)
			return err
		})
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return fields{"changed": len(steps)}, nil
}

func leaveGroup(ctx context.Context, client *whatsmeow.Client, group types.JID, _ groupRequest) (any, error) {
	return fields{"left": true}, client.LeaveGroup(ctx, group)
}

func inviteCode(ctx context.Context, client *whatsmeow.Client, group types.JID, request groupRequest) (any, error) {
	link, err := client.GetGroupInviteLink(ctx, group, request.Reset)
	code := link
	if len(link) > len(whatsmeow.InviteLinkPrefix) {
		code = link[len(whatsmeow.InviteLinkPrefix):]
	}
	return fields{"code": code}, err
}

func inviteInfo(ctx context.Context, client *whatsmeow.Client, _ types.JID, request groupRequest) (any, error) {
	info, err := client.GetGroupInfoFromLink(ctx, request.Code)
	if err != nil {
		return nil, err
	}
	return groupFields(info), nil
}

func joinGroup(ctx context.Context, client *whatsmeow.Client, _ types.JID, request groupRequest) (any, error) {
	group, err := client.JoinGroupWithLink(ctx, request.Code)
	return fields{"group": group.String()}, err
}

func listRequests(ctx context.Context, client *whatsmeow.Client, group types.JID, _ groupRequest) (any, error) {
	waiting, err := client.GetGroupRequestParticipants(ctx, group)
	shown := []fields{}
	for _, request := range waiting {
		shown = append(shown, fields{"jid": request.JID.String(), "time": unix(request.RequestedAt)})
	}
	return shown, err
}

func decideRequests(ctx context.Context, client *whatsmeow.Client, group types.JID, request groupRequest) (any, error) {
	who, err := jidsOf(request.Participants)
	if err != nil {
		return nil, err
	}
	decided, err := client.UpdateGroupRequestParticipants(ctx, group, who, whatsmeow.ParticipantRequestChange(request.Action))
	return fields{"participants": members(decided)}, err
}
